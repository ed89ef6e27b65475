{ settingsOf, throws, ... }:
{
  actual = throws (settingsOf [
    {
      config.app.name = "a";
      network.port = 1;
    }
  ]);
  expected = true;
}
