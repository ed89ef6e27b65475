{ modules, positionsOf, ... }:
{
  actual = positionsOf [ (modules + "/computed.nix") ];
  expected = {
    "/app/name" = [ "modules/computed.nix:0:0" ];
    "/network/limits/burst" = [ "modules/computed.nix:7:3" ];
    "/network/limits/rate" = [ "modules/computed.nix:7:3" ];
  };
}
