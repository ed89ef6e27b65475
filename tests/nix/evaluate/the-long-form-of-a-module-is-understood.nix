{ settingsOf, ... }:
{
  actual = settingsOf [
    {
      imports = [ { app.level = "warn"; } ];
      _file = "long";
      config.app.name = "a";
    }
  ];
  expected = {
    app = {
      name = "a";
      level = "warn";
    };
  };
}
