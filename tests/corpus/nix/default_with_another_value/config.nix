{ lib, ... }:
{
  network.max_connections = lib.mkOptionDefault 500;
}
