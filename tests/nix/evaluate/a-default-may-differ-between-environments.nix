{ composeIn, ... }:
{
  actual = map (environment: (composeIn environment [ ]).config.app.level) [
    "Development"
    "Production"
  ];
  expected = [
    "debug"
    "info"
  ];
}
