{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: {
      network = lib.mkForce {
        port = 1;
        limits.burst = 1;
      };
    })
    {
      network = {
        port = 2;
        secure = true;
        limits = {
          burst = 2;
          rate = 0.5;
        };
      };
    }
  ];
  expected = {
    network = {
      port = 1;
      secure = true;
      limits = {
        burst = 1;
        rate = 0.5;
      };
    };
  };
}
