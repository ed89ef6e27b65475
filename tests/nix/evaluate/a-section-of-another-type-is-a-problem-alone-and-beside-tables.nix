{ problemsOf, ... }:
{
  actual = map problemsOf [
    [ { network = null; } ]
    [ { network = 5; } ]
    [
      { network = [ ]; }
      { network.port = 1; }
    ]
    [ { network.limits = "x"; } ]
    [ ({ lib, ... }: { network = lib.mkIf true "x"; }) ]
  ];
  expected = [
    [ "not-a-table /network" ]
    [ "not-a-table /network" ]
    [ "not-a-table /network" ]
    [ "not-a-table /network/limits" ]
    [ "not-a-table /network" ]
  ];
}
