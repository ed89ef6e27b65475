{ lib, ... }:
{
  network = lib.mkIf tls.enable { listen_port = 1; };
}
