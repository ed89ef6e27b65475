{ lib, ... }:
{
  network.stun_servers = lib.mkMerge { a = [ ]; };
}
