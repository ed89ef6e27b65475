{ positionsOf, settingsOf, ... }:
let
  modules = [
    ({ lib, ... }: {
      app.name = lib.mkDefinition {
        file = "other.nix";
        value = lib.mkForce "a";
      };
    })
    { app.name = "b"; }
  ];
in
{
  actual = [
    (settingsOf modules)
    (positionsOf modules)
  ];
  expected = [
    { app.name = "a"; }
    { "/app/name" = [ "other.nix:0:0" ]; }
  ];
}
