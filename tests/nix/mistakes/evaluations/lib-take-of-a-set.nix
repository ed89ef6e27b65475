{ lib, ... }:
{
  network.stun_servers = lib.take 1 { a = "a"; };
}
