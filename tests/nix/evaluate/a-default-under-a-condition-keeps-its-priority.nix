{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: { app.name = lib.mkIf true (lib.mkDefault "default"); })
    { app.name = "plain"; }
  ];
  expected = {
    app.name = "plain";
  };
}
