{ lib, ... }:
let
  ports.udp = 8333;
in
{
  network = lib.mkMerge [
    { listen_port = lib.mkIf true ports.tcp; }
  ];
}
