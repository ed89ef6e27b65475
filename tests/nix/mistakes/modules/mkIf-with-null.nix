{ lib, ... }:
{
  network.stun_servers = lib.mkIf null [ "stun.example.net:3478" ];
}
