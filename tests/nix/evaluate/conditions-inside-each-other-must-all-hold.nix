{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: {
      network = lib.mkIf true {
        port = lib.mkIf false 1;
        ratio = lib.mkIf true (lib.mkIf true 0.25);
        limits = lib.mkIf false { burst = 1; };
      };
    })
  ];
  expected = {
    network.ratio = 0.25;
  };
}
