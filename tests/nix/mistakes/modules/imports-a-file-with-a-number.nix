{
  imports = [ ../files/number.nix ];
}
