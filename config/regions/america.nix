# Nodes in America.
{ lib, ... }:
{
  # Asked before the others, because it answers sooner.
  network.stun_servers = lib.mkBefore [ "stun.us.example.net:3478" ];
}
