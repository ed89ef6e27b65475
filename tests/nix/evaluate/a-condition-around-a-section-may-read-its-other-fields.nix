{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ config, lib, ... }: {
      network = lib.mkMerge [
        { secure = true; }
        (lib.mkIf config.network.secure { port = 443; })
      ];
    })
  ];
  expected = {
    network = {
      secure = true;
      port = 443;
    };
  };
}
