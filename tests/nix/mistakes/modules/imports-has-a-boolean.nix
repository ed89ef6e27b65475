{
  imports = [
    ../files/base.nix
    true
  ];
}
