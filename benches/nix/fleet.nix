# `count` configurations of one fleet, each of four modules and some seventy values, composed by `way` and forced as far as
# its user needs it. Gives a number that depends on every one of them.
{
  way,
  count,
  nixpkgsLib ? "",
}:
let
  inherit (builtins)
    deepSeq
    foldl'
    fromJSON
    genList
    readFile
    ;

  schema = fromJSON (readFile ../../modules/schema.json);
  environment = "Production";
  modulesOf = index: [
    ./fleet/production.nix
    ./fleet/region.nix
    (import ./fleet/node.nix index)
  ];

  evaluate = import ../../modules/evaluate.nix { inherit schema; };
  resultOf =
    index:
    evaluate {
      inherit environment;
      modules = modulesOf index;
      root = toString ./.;
    };

  # Options are declared by a module, as they are in NixOS and everywhere else.
  lib = import nixpkgsLib;
  declaration = { lib, ... }: { options = import ./options.nix { inherit lib schema environment; }; };

  ways = {
    # What it costs to ask at all.
    nothing = index: index;

    # All that a bundle is made of: what was defined, where each value was written, what is wrong.
    confgate =
      index:
      let
        result = resultOf index;
      in
      deepSeq [
        result.settings
        result.origins
        result.problems
        result.files
      ] result.settings.monitoring.metrics_port;

    # Without the places.
    values =
      index:
      let
        result = resultOf index;
      in
      deepSeq [
        result.settings
        result.problems
      ] result.settings.monitoring.metrics_port;

    # The values, defaults included; the module system knows of no places.
    nixpkgs =
      index:
      let
        evaluated = lib.evalModules { modules = [ declaration ] ++ modulesOf index; };
      in
      deepSeq evaluated.config evaluated.config.monitoring.metrics_port;
  };
in
foldl' (sum: index: sum + ways.${way} index) 0 (genList (index: index) count)
