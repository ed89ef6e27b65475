{ settingsOf, ... }:
{
  actual = settingsOf [
    {
      network = 5;
      app.name = {
        a = 1;
      };
      labels = "text";
      profile = [ 1 ];
      zones.eu = "big";
    }
  ];
  expected = {
    network = 5;
    app.name.a = 1;
    labels = "text";
    profile = [ 1 ];
    zones.eu = "big";
  };
}
