{ lib, ... }:
{
  network.max_connections = lib.mkForce (lib.mkIf true 500);
}
