# The triggers of equal configs, which are equal, and of different ones.
let
  lib = import (builtins.getEnv "NIXPKGS_LIB");
  number = {
    type = "number";
    x-reload = "live";
  };
  triggersOf = import ../../../modules/nixos/triggers.nix {
    inherit lib;
    reload = true;
    schema = {
      type = "object";
      properties = {
        ratio = number;
        nested = {
          type = "array";
          x-reload = "live";
        };
        port = {
          type = "integer";
          x-reload = "restart";
        };
      };
    };
  };
in
{
  equal = map triggersOf [
    {
      ratio = 1;
      nested = [ { a = 2; } ];
      port = 1;
    }
    {
      ratio = 1.0;
      nested = [ { a = 2.0; } ];
      port = 1.0;
    }
  ];
  different = map triggersOf [
    { ratio = 1.5; }
    { ratio = 1.25; }
    { ratio = "1.5"; }
  ];
}
