{ settingsOf, ... }:
{
  actual = settingsOf [
    { extra.deep.er = [ 1 ]; }
    {
      extra.deep.er = [ { a = true; } ];
      extra.word = "w";
    }
  ];
  expected = {
    extra = {
      deep.er = [
        { a = true; }
        1
      ];
      word = "w";
    };
  };
}
