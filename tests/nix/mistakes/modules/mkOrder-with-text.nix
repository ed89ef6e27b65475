{ lib, ... }:
{
  network.stun_servers = lib.mkOrder "first" [ "stun.example.net:3478" ];
}
