{
  imports = [ ../files/imports-that-throw.nix ];
}
