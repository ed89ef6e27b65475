{ lib, ... }:
{
  network.stun_servers = [ (lib.mkIf [ ] "stun.example.net:3478") ];
}
