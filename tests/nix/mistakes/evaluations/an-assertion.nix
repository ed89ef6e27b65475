{ lib, ... }:
{
  network.listen_port = assert 1 == 2; 8333;
}
