{ compose, ... }:
{
  actual =
    let
      r = compose [
        {
          network.peers = [
            "a"
            null
          ];
          extra.a = [ [ null ] ];
          extra.b = null;
        }
      ];
    in
    [
      (map (p: "${p.kind} ${p.path}") r.problems)
      r.settings
    ];
  expected = [
    [
      "null-in-list /extra/a/0/0"
      "null-in-list /network/peers/1"
    ]
    { extra.b = null; }
  ];
}
