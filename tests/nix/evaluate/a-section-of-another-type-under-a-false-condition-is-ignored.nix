{ compose, ... }:
{
  actual =
    let
      r = compose [
        { network.port = 1; }
        ({ lib, ... }: { network = lib.mkIf false 5; })
      ];
    in
    [
      r.settings
      r.problems
    ];
  expected = [
    { network.port = 1; }
    [ ]
  ];
}
