{ compose, ... }:
{
  actual =
    let
      r = compose [
        {
          app.name = "a";
          network.port = 1;
        }
        {
          app.name = "b";
          network.port = 2;
          network.ratio = 0.5;
        }
        { network.ratio = 0.75; }
      ];
    in
    [
      (map (p: [
        p.kind
        p.path
        p.values
        (builtins.length p.at)
      ]) r.problems)
      r.settings
    ];
  expected = [
    [
      [
        "conflict"
        "/app/name"
        [
          "b"
          "a"
        ]
        2
      ]
      [
        "conflict"
        "/network/port"
        [
          2
          1
        ]
        2
      ]
      [
        "conflict"
        "/network/ratio"
        [
          0.75
          0.5
        ]
        2
      ]
    ]
    { }
  ];
}
