{ compose, ... }:
{
  actual =
    let
      r = compose [
        {
          network.port = 1;
          profile = "Fast";
          labels.a = "1";
          app.name = { };
        }
        {
          network = 5;
          profile.Custom.cpu.threads = 1;
          labels = "all";
          app.name = "a";
        }
      ];
    in
    [
      (map (p: "${p.kind} ${p.path} ${toString (p ? values)}") r.problems)
      r.settings
    ];
  expected = [
    [
      "conflict /app/name "
      "conflict /labels "
      "not-a-table /network "
      "conflict /profile "
    ]
    { network.port = 1; }
  ];
}
