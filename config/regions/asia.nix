# Nodes in Asia.
{ lib, ... }:
{
  # Asked before the others, because it answers sooner.
  network.stun_servers = lib.mkBefore [ "stun.ap.example.net:3478" ];

  # Mobile networks are slower to answer.
  network.connection_timeout = "45s";
}
