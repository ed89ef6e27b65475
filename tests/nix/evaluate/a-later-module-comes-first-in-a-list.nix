{ settingsOf, ... }:
{
  actual = settingsOf [
    { network.peers = [ "1" ]; }
    { network.peers = [ "2" ]; }
    { network.peers = [ "3" ]; }
  ];
  expected = {
    network.peers = [
      "3"
      "2"
      "1"
    ];
  };
}
