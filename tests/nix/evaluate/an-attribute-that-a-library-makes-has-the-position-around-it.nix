{ evaluate, modules, at, ... }:
let
  # A lib elsewhere, as that of nixpkgs.
  lib = import ../../../modules/lib;
  copied = builtins.path {
    name = "lib";
    path = ../../../modules;
  };
  positions =
    specialArgs:
    builtins.mapAttrs (_: origin: map at origin.set)
      (evaluate {
        environment = "Production";
        modules = [ (modules + "/made-by-functions.nix") ];
        root = ../.;
        inherit specialArgs;
      }).origins;
  own = positions { };
in
{
  actual = [
    own
    (positions { inherit lib; } == own)
    (positions { lib = import (copied + "/lib"); } == own)
  ];
  expected = [
    {
      "/app/name" = [ "modules/made-by-functions.nix:3:3" ];
      "/labels" = [ "modules/made-by-functions.nix:4:3" ];
      "/labels/a" = [ "modules/made-by-functions.nix:4:3" ];
      "/network/limits/burst" = [ "modules/made-by-functions.nix:6:5" ];
    }
    true
    true
  ];
}
