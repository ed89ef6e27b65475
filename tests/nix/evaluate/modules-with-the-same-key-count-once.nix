{ settingsOf, ... }:
{
  actual = settingsOf [
    {
      key = "k";
      network.peers = [ "a" ];
    }
    {
      key = "k";
      network.peers = [ "b" ];
    }
    { network.peers = [ "c" ]; }
  ];
  expected = {
    network.peers = [
      "c"
      "a"
    ];
  };
}
