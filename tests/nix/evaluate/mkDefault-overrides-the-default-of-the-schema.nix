{ configOf, ... }:
{
  actual = (configOf [ ({ lib, ... }: { network.peers = lib.mkDefault [ "a:1" ]; }) ]).network.peers;
  expected = [ "a:1" ];
}
