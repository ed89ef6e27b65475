{ lib, ... }:
{
  network.stun_servers = lib.mkBefore [ (1 + "a") ];
}
