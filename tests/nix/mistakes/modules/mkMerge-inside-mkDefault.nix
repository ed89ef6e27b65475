{ lib, ... }:
{
  network.stun_servers = lib.mkDefault (lib.mkMerge [ [ ] ]);
}
