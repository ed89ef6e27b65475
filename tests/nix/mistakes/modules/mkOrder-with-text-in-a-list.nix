{ lib, ... }:
{
  network.stun_servers = lib.mkOrder "5" [ "stun.example.net:3478" ];
}
