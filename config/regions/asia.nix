# Nodes in Asia.
{ lib, ... }:
{
  # Tried before the others, because it is nearer.
  network.stun_servers = lib.mkBefore [ "stun.ap.example.net:3478" ];

  # Many peers are on slower mobile networks.
  network.connection_timeout = "45s";
}
