{ problemsOf, ... }:
{
  actual = problemsOf [
    ({ lib, ... }: { app.name = lib.mkDefault "a"; })
    ({ lib, ... }: { app.name = lib.mkDefault "b"; })
  ];
  expected = [ "conflict /app/name" ];
}
