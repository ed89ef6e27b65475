{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: {
      app.name = lib.mkIf false (throw "computed");
      network.port = lib.mkIf false (lib.mkForce (throw "computed"));
    })
  ];
  expected = { };
}
