{
  imports = [ ../files/bsae.nix ];
}
