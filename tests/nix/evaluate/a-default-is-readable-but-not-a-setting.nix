{ compose, ... }:
{
  actual =
    let
      r = compose [ ];
    in
    [
      r.config.app.name
      r.config.network.peers
      r.settings
      r.origins
      r.problems
    ];
  expected = [
    "service"
    [ "seed:1" ]
    { }
    { }
    [ ]
  ];
}
