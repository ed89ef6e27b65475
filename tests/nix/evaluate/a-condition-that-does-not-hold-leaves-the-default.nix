{ configOf, ... }:
{
  actual =
    (configOf [
      ({ lib, ... }: {
        app.name = lib.mkIf false "no";
        network.peers = lib.mkIf false [ ];
      })
    ]).app.name;
  expected = "service";
}
