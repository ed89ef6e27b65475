{ modules, positionsOf, ... }:
{
  actual = positionsOf [ (modules + "/properties.nix") ];
  expected = {
    "/app/name" = [ "modules/properties.nix:4:3" ];
    "/app/owner" = [ "modules/properties.nix:8:11" ];
    "/network/limits/burst" = [ "modules/properties.nix:14:5" ];
    "/network/port" = [ "modules/properties.nix:13:5" ];
  };
}
