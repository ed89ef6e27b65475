{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: {
      network = lib.mkIf false { port = 1; };
      app = { };
    })
  ];
  expected = { };
}
