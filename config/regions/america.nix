# Nodes in America.
{ lib, ... }:
{
  # Tried before the others, because it is nearer.
  network.stun_servers = lib.mkBefore [ "stun.us.example.net:3478" ];
}
