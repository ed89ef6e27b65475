{
  imports = [ ../files/list.nix ];
}
