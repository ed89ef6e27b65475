{ modules, positionsOf, ... }:
{
  actual = positionsOf [ (modules + "/base.nix") ];
  expected = {
    "/app/name" = [ "modules/base.nix:3:3" ];
    "/network/peers" = [ "modules/base.nix:4:3" ];
    "/network/peers/0" = [ "modules/base.nix:4:3" ];
  };
}
