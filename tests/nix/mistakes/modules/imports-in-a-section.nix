{
  network.imports = [ ../files/base.nix ];
}
