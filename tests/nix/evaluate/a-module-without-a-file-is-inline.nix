{ compose, placesOf, ... }:
{
  actual =
    let
      m = builtins.fromJSON ''{"app":{"name":"a"}}'';
    in
    [
      (placesOf [ m ])
      (placesOf [ (m // { _file = "site/a.nix"; }) ])
      (compose [ m ]).files
    ];
  expected = [
    { "/app/name" = [ "<inline>:0:0" ]; }
    { "/app/name" = [ "site/a.nix:0:0" ]; }
    [ ]
  ];
}
