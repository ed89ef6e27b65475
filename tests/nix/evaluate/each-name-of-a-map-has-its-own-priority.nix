{ settingsOf, ... }:
{
  actual = settingsOf [
    ({ lib, ... }: {
      labels = {
        a = lib.mkDefault "default";
        b = lib.mkIf false "no";
        c = lib.mkForce "forced";
      };
    })
    {
      labels = {
        a = "plain";
        c = "plain";
      };
    }
  ];
  expected = {
    labels = {
      a = "plain";
      c = "forced";
    };
  };
}
