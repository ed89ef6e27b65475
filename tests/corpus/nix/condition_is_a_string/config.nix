{ lib, ... }:
{
  network.max_connections = lib.mkIf "yes" 500;
}
