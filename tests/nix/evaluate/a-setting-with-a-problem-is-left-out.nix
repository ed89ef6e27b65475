{ settingsOf, ... }:
{
  actual = settingsOf [
    {
      app.name = x: x;
      network = {
        peers = [
          "a"
          (x: x)
        ];
        relays = [
          {
            url = "u";
            weight = 1.0;
          }
        ];
        port = ./.;
        secure = true;
      };
      labels = {
        a = x: x;
        b = "b";
      };
    }
  ];
  expected = {
    network = {
      relays = [ { url = "u"; } ];
      secure = true;
    };
    labels.b = "b";
  };
}
