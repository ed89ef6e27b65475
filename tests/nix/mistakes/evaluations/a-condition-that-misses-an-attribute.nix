{ config, lib, ... }:
{
  network = lib.mkIf config.network.enable_udp { listen_port = 1; };
}
