{
  imports = [ [ ../files/base.nix ] ];
}
