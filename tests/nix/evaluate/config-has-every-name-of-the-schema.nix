{ configOf, ... }:
{
  actual = builtins.attrNames (configOf [ { network.port = 1; } ]).network;
  expected = [
    "certificate"
    "limits"
    "peers"
    "port"
    "ports"
    "proxy"
    "ratio"
    "relays"
    "secure"
  ];
}
