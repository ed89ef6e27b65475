{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ config, lib, ... }: lib.mkIf config.network.secure { network.port = 443; })
    { network.secure = true; }
  ];
  expected = {
    network = {
      secure = true;
      port = 443;
    };
  };
}
