{
  imports = [
    ./wrong.nix
    ./right.nix
  ];
  disabledModules = [ ./wrong.nix ];
}
