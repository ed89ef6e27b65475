{ configOf, throws, ... }:
let
  config = configOf [
    (
      {
        greeting,
        port ? 7,
        size ? 3,
        ...
      }:
      {
        app.name = greeting;
        network = { inherit port; };
        zones.eu = { inherit size; };
      }
    )
    ({ lib, ... }: {
      _module.args = {
        greeting = lib.mkDefault "weak";
        port = 8;
      };
    })
    { config._module.args.greeting = "strong"; }
  ];
in
{
  actual = [
    config.app.name
    config.network.port
    config.zones.eu.size
    (throws
      (configOf [
        ({ twice, ... }: { app.name = twice; })
        { _module.args.twice = "a"; }
        { _module.args.twice = "a"; }
      ]).app.name
    )
  ];
  expected = [
    "strong"
    8
    3
    true
  ];
}
