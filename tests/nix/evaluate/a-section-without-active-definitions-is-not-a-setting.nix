{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: {
      network = lib.mkIf false { };
      app.name = lib.mkIf false "x";
    })
  ];
  expected = { };
}
