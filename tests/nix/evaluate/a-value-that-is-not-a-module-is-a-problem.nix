{ compose, modules, ... }:
{
  actual = map (module: map (problem: problem.message) (compose [ module ]).problems) [
    5
    null
    [ ]
    (_: "text")
    "base.nix"
    (modules + "/absent.nix")
    { imports = 5; }
    { imports = [ { imports = modules; } ]; }
    { _type = "flake"; }
    { outPath = "/srv"; }
    { _type = "option"; }
    ({ lib, ... }: { imports = [ (lib.mkIf true ./schema.nix) ]; })
    ({ config, ... }: { imports = if config.network.secure then [ ] else [ ]; })
    { options.network.port = 1; }
    { disabledModules = [ { } ]; }
    { freeformType = 1; }
  ];
  expected = [
    [ "an integer stands where a module belongs" ]
    [ "null stands where a module belongs" ]
    [ "a list stands where a module belongs" ]
    [ "the function of a module returns a string instead of a module" ]
    [ "\"base.nix\" is not an absolute path" ]
    [ "module modules/absent.nix not found" ]
    [ "`imports` must be a list, and is an integer" ]
    [ "`imports` must be a list, and is a path" ]
    [ "a flake or package stands where a module belongs" ]
    [ "a flake or package stands where a module belongs" ]
    [ "a set of the type `option` stands where a module belongs" ]
    [ "mkIf stands around a path in `imports`" ]
    [ "the imports or names of a module depend on `config`" ]
    [ "a module declares options" ]
    [ "`disabledModules` has a set without a `key`" ]
    [ "a module has a freeform type" ]
  ];
}
