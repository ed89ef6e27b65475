{ compose, ... }:
{
  actual =
    map
      (problem: {
        inherit (problem) kind path withDefault;
        at = builtins.length problem.at;
      })
      (compose [
        ({ lib, ... }: {
          app.name = lib.mkOptionDefault "mine";
          network.proxy = lib.mkOptionDefault "mine";
        })
      ]).problems;
  expected = [
    {
      kind = "conflict";
      path = "/app/name";
      withDefault = true;
      at = 1;
    }
    {
      kind = "conflict";
      path = "/network/proxy";
      withDefault = true;
      at = 1;
    }
  ];
}
