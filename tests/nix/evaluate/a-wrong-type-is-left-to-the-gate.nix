{ settingsOf, ... }:
{
  actual = settingsOf [
    {
      app.name = {
        a = 1;
      };
      labels = "text";
      profile = [ 1 ];
      zones.eu = "big";
    }
  ];
  expected = {
    app.name.a = 1;
    labels = "text";
    profile = [ 1 ];
    zones.eu = "big";
  };
}
