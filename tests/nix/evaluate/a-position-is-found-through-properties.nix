{ modules, positionsOf, ... }:
{
  actual = positionsOf [ (modules + "/marked.nix") ];
  expected = {
    "/app/name" = [ "modules/marked.nix:4:3" ];
    "/app/owner" = [ "modules/marked.nix:8:11" ];
    "/network/limits/burst" = [ "modules/marked.nix:14:5" ];
    "/network/port" = [ "modules/marked.nix:13:5" ];
  };
}
