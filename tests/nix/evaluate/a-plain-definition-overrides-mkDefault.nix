{ settingsOf, ... }:
{
  actual = settingsOf [
    { app.name = "plain"; }
    ({ lib, ... }: { app.name = lib.mkDefault "default"; })
  ];
  expected = {
    app.name = "plain";
  };
}
