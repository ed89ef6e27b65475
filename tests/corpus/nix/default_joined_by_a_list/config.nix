{ lib, ... }:
{
  network.stun_servers = lib.mkOptionDefault [ "stun.example.net:3478" ];
}
