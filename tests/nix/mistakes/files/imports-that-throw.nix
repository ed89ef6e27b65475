{ lib, ... }:
{
  imports = [
    ./base.nix
    (lib.mkIf "a" ./port.nix).nothing
  ];
}
