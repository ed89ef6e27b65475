{ lib, config, ... }:
{
  network.bootstrap_nodes = lib.mkIf config.network.enable_tcp [
    "192.0.2.11:8333"
    "seed.example.net:8333"
  ];
}
