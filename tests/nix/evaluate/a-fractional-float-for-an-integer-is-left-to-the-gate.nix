{ compose, ... }:
{
  actual =
    let
      r = compose [ { network.port = 10.5; } ];
    in
    [
      r.settings
      r.problems
    ];
  expected = [
    { network.port = 10.5; }
    [ ]
  ];
}
