{ lib, ... }:
{
  network.listen_port = lib.strings.toInt 8333;
}
