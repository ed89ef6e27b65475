{ settingsOf, ... }:
{
  actual = settingsOf [
    {
      app = {
        name = "a";
        nmae = "b";
      };
      nope.a = 1;
    }
  ];
  expected = {
    app.name = "a";
  };
}
