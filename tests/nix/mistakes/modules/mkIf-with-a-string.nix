{ lib, ... }:
{
  network.listen_port = lib.mkIf "yes" 8400;
}
