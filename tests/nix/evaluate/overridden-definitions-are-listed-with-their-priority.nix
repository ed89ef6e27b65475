{ compose, modules, ... }:
{
  actual =
    (compose [
      (modules + "/base.nix")
      (modules + "/forcing.nix")
    ]).origins."/app/name";
  expected = {
    set = [
      {
        file = "modules/forcing.nix";
        line = 3;
        column = 3;
      }
    ];
    overridden = [
      {
        file = "modules/base.nix";
        line = 3;
        column = 3;
        priority = 100;
      }
    ];
  };
}
