{
  imports = [ ../files/base.nix ];
  network = 5;
}
