{ compose, ... }:
{
  actual =
    let
      r = compose [
        ({ lib, ... }: {
          app.name = lib.mkOverride 2000 "weak";
          network.peers = lib.mkOverride 1501 [ "weak" ];
          app.owner = lib.mkOverride 2000 "has no default";
        })
      ];
    in
    [
      r.settings
      r.config.app.name
      r.config.network.peers
    ];
  expected = [
    { app.owner = "has no default"; }
    "service"
    [ "seed:1" ]
  ];
}
