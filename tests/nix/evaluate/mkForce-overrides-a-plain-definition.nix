{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: { app.name = lib.mkForce "forced"; })
    { app.name = "plain"; }
  ];
  expected = {
    app.name = "forced";
  };
}
