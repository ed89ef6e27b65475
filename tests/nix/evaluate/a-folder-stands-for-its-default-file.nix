{ compose, modules, ... }:
{
  actual =
    let
      r = compose [ (modules + "/folder") ];
    in
    [
      r.files
      (builtins.attrNames r.origins)
    ];
  expected = [
    [ "modules/folder/default.nix" ]
    [
      "/app/level"
      "/app/name"
    ]
  ];
}
