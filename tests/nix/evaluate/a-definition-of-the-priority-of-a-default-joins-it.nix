{ compose, ... }:
let
  result = compose [
    ({ lib, ... }: {
      network.peers = lib.mkOptionDefault [ "a" ];
      labels = lib.mkOverride 1500 { a = "1"; };
      app.level = lib.mkOptionDefault "info";
    })
  ];
in
{
  actual = [
    result.settings
    result.problems
    (builtins.attrNames result.origins)
  ];
  expected = [
    {
      network.peers = [
        "seed:1"
        "a"
      ];
      labels.a = "1";
      app.level = "info";
    }
    [ ]
    # The default has no position.
    [
      "/app/level"
      "/labels"
      "/labels/a"
      "/network/peers"
      "/network/peers/1"
    ]
  ];
}
