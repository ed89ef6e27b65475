{ problemsOf, ... }:
{
  actual = problemsOf [
    {
      network.ratio = 0.123456;
      extra = [
        1.0e-9
        123456.5
        99999.5
      ];
    }
  ];
  expected = (
    if builtins.fromJSON (builtins.toJSON 123456.5) == 123456.5 then
      [ ]
    else
      [ "float-precision /extra/1" ]
  );
}
