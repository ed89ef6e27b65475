{ lib, ... }:
{
  network.stun_servers = lib.mkBefore (lib.mkForce [ ]);
}
