{ compose, ... }:
{
  actual =
    let
      r = compose [
        {
          app.name = "a";
          extra = null;
        }
        {
          app.name = "a";
          extra = null;
        }
      ];
    in
    [
      r.settings
      r.problems
      (builtins.length r.origins."/app/name".set)
    ];
  expected = [
    {
      app.name = "a";
      extra = null;
    }
    [ ]
    2
  ];
}
