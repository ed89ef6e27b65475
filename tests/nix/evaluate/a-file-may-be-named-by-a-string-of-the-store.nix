{ settingsOf, problemsOf, ... }:
{
  actual =
    let
      file = builtins.toFile "m.nix" "{ app.name = \"stored\"; }";
    in
    [
      (settingsOf [
        file
        {
          _file = "${file}";
          app.level = "warn";
        }
      ])
      (problemsOf [ file ])
    ];
  expected = [
    {
      app = {
        name = "stored";
        level = "warn";
      };
    }
    [ ]
  ];
}
