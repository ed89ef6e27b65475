{ lib, ... }:
{
  imports = [ ./peers.nix ];
  network.bootstrap_nodes = lib.mkBefore [ "192.0.2.10:8333" ];
}
