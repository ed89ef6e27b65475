# What all nodes share.
{ lib, ... }:
{
  network.max_connections = lib.mkDefault 20000;
}
