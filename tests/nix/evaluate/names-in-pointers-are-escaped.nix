{ compose, problemsOf, ... }:
{
  actual =
    builtins.attrNames
      (compose [
        {
          labels = {
            "a/b" = "1";
            "c~d" = "2";
          };
        }
      ]).origins
    ++ problemsOf [ { "x/~" = 1; } ];
  expected = [
    "/labels"
    "/labels/a~1b"
    "/labels/c~0d"
    "unknown-key /x~1~0"
  ];
}
