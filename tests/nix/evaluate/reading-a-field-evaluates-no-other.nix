{ configOf, ... }:
{
  actual =
    (configOf [
      ({ lib, ... }: {
        app.name = "a";
        app.level = throw "read";
        network = throw "read";
      })
    ]).app.name;
  expected = "a";
}
