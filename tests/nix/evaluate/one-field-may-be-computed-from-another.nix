{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ config, ... }: {
      network.port = 90;
      network.peers = [ "self:${toString config.network.port}" ];
    })
  ];
  expected = {
    network = {
      port = 90;
      peers = [ "self:90" ];
    };
  };
}
