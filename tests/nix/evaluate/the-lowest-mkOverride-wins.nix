{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: {
      app.name = lib.mkOverride 20 "b";
      network.port = lib.mkOverride 99 1;
    })
    ({ lib, ... }: {
      app.name = lib.mkOverride 10 "a";
      network.port = 2;
    })
  ];
  expected = {
    app.name = "a";
    network.port = 1;
  };
}
