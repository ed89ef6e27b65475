{ settingsOf, ... }:
{
  actual = settingsOf [
    {
      labels = { };
      mirror = { };
      network.peers = [ ];
    }
  ];
  expected = {
    labels = { };
    mirror = { };
    network.peers = [ ];
  };
}
