{ lib }:
{
  network.listen_port = lib.mkDefault 8400;
}
