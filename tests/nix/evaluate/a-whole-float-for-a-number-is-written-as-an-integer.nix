{ settingsOf, ... }:
{
  actual = builtins.toJSON (settingsOf [
    {
      network.ratio = 10.0;
      extra = [
        2.5
        3.0
      ];
    }
  ]);
  expected = ''{"extra":[2.5,3],"network":{"ratio":10}}'';
}
