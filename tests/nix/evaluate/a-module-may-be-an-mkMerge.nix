{ settingsOf, ... }:
{
  actual = settingsOf [
    (
      { lib, ... }:
      lib.mkMerge [
        { app.name = "a"; }
        { app.level = "warn"; }
      ]
    )
  ];
  expected = {
    app = {
      name = "a";
      level = "warn";
    };
  };
}
