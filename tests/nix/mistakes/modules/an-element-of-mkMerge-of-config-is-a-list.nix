{ lib, ... }:
{
  config = lib.mkMerge [
    { network.listen_port = 8333; }
    (lib.mkIf true [ ])
  ];
}
