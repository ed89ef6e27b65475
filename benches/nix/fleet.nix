# Evaluates `count` configurations of one fleet, each of four modules and about seventy values, by
# `way`. The result is a number that depends on all of them, so that all are evaluated.
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
  shared = [
    ./fleet/production.nix
    ./fleet/region.nix
  ];
  modulesOf = index: shared ++ [ (import ./fleet/node.nix index) ];

  inherit (import ../../modules/evaluate.nix { inherit schema; }) evaluate prepare;
  root = toString ./.;
  # As mkFleet evaluates its nodes: the modules of all of them are loaded once.
  base = prepare {
    inherit environment root;
    modules = shared;
  };
  resultOf =
    index:
    evaluate {
      inherit environment root;
      base = if count < 6 then null else base;
      modules = if count < 6 then modulesOf index else [ (import ./fleet/node.nix index) ];
    };

  # Options are declared by a module, as in NixOS.
  lib = import nixpkgsLib;
  declaration = { lib, ... }: { options = import ./options.nix { inherit lib schema environment; }; };

  ways = {
    # The start of Nix.
    nothing = index: index;

    # Everything that a bundle contains: settings, origins, problems and files.
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

    # Without origins.
    values =
      index:
      let
        result = resultOf index;
      in
      deepSeq [
        result.settings
        result.problems
      ] result.settings.monitoring.metrics_port;

    # Values with defaults. nixpkgs' module system does not record positions.
    nixpkgs =
      index:
      let
        evaluated = lib.evalModules { modules = [ declaration ] ++ modulesOf index; };
      in
      deepSeq evaluated.config evaluated.config.monitoring.metrics_port;
  };
in
foldl' (sum: index: sum + ways.${way} index) 0 (genList (index: index) count)
