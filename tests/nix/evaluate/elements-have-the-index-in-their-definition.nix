{
  at,
  compose,
  modules,
  ...
}:
{
  actual =
    builtins.mapAttrs (_: o: map (p: "${at p} ${toString (p.element or "whole")}") o.set)
      (compose [ (modules + "/lists.nix") ]).origins;
  expected = {
    "/network/peers" = [
      "modules/lists.nix:8:17 whole"
      "modules/lists.nix:3:3 whole"
    ];
    "/network/peers/0" = [ "modules/lists.nix:8:17 0" ];
    "/network/peers/1" = [ "modules/lists.nix:3:3 0" ];
    "/network/peers/2" = [ "modules/lists.nix:3:3 2" ];
    "/network/relays" = [ "modules/lists.nix:10:3 whole" ];
    "/network/relays/0" = [ "modules/lists.nix:10:3 0" ];
    "/network/relays/0/password" = [ "modules/lists.nix:13:7 whole" ];
    "/network/relays/0/url" = [ "modules/lists.nix:12:7 whole" ];
  };
}
