{ evaluate, ... }:
{
  actual =
    (evaluate {
      environment = "Testing";
      specialArgs.site = "here";
      modules = [ { imports = [ ({ site, ... }: { app.name = site; }) ]; } ];
    }).settings;
  expected = {
    app.name = "here";
  };
}
