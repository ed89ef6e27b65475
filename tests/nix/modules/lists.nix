{ lib, ... }:
{
  network.peers = [
    "a"
    (lib.mkIf false "b")
    "c"
  ];
  imports = [ { network.peers = [ "z" ]; } ];

  network.relays = [
    {
      url = "u";
      password = "p";
    }
  ];
}
