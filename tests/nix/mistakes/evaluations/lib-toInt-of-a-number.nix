{ lib, ... }:
{
  network.listen_port = lib.toInt 8333;
}
