{ configOf, ... }:
{
  actual =
    (configOf [
      { mirror.depth = 1; }
      ({ lib, ... }: { mirror = lib.mkForce { url = "u"; }; })
    ]).mirror;
  expected = {
    url = "u";
    depth = 3;
  };
}
