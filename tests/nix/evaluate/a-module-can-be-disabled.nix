{ configOf, modules, ... }:
{
  actual = map (list: (configOf list).app.name) [
    [
      (modules + "/base.nix")
      { disabledModules = [ (modules + "/base.nix") ]; }
    ]
    [
      (modules + "/importing.nix")
      { disabledModules = [ (toString (modules + "/base.nix")) ]; }
    ]
    [
      {
        key = "a";
        app.name = "a";
        # A disabled module still disables others.
        disabledModules = [ { key = "b"; } ];
      }
      {
        key = "b";
        app.name = "b";
      }
      { disabledModules = [ { key = "a"; } ]; }
    ]
  ];
  expected = [
    "service"
    "service"
    "service"
  ];
}
