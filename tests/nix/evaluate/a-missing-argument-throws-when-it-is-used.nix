{ configOf, throws, ... }:
{
  actual =
    let
      m =
        {
          pkgs,
          port ? 7,
          ...
        }:
        {
          app.name = "a";
          app.owner = pkgs.name;
          network = { inherit port; };
        };
      c = configOf [ m ];
    in
    [
      c.app.name
      c.network.port
      (throws c.app.owner)
    ];
  expected = [
    "a"
    7
    true
  ];
}
