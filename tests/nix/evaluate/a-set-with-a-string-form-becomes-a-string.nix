{ settingsOf, ... }:
{
  actual = settingsOf [
    {
      app.name = {
        outPath = "/nix/store/x";
        other = throw "read";
      };
      app.owner = {
        __toString = _: "me";
      };
    }
  ];
  expected = {
    app = {
      name = "/nix/store/x";
      owner = "me";
    };
  };
}
