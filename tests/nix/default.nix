# Claims about evaluate.nix, one file each, named after what has to hold. Run with
#
#   nix eval --impure --raw -f tests/nix/default.nix
#
# The result is "ok: N claims", or an error that lists the false ones.
let
  inherit (builtins)
    attrNames
    attrValues
    concatMap
    concatStringsSep
    filter
    length
    listToAttrs
    mapAttrs
    match
    readDir
    replaceStrings
    toJSON
    ;

  schema = import ./schema.nix;
  evaluate = import ../../modules/evaluate.nix { inherit schema; };

  at = place: "${place.file}:${toString place.line}:${toString place.column}";

  tools = rec {
    inherit at evaluate schema;
    modules = ./modules;

    composeIn =
      environment: modules:
      evaluate {
        inherit environment modules;
        root = ./.;
      };
    compose = composeIn "Production";
    settingsOf = modules: (compose modules).settings;
    configOf = modules: (compose modules).config;

    # The positions of each value, in short.
    positionsOf = modules: mapAttrs (_: origin: map at origin.set) (compose modules).origins;

    # The problems, in short.
    problemsOf = modules: map (problem: "${problem.kind} ${problem.path}") (compose modules).problems;

    # A schema of ./schemas, as it is read for a service.
    load = name: (import ../../modules/schema).load (./schemas + "/${name}.json") {
      "https://example.net/" = ./schemas/mapped;
    };
    readJson = import ../../modules/schema/read-json.nix;
    uris = import ../../modules/schema/uri.nix;

    throws = value: !(builtins.tryEval (builtins.deepSeq value value)).success;
  };

  claims = listToAttrs (
    map (file: {
      name = replaceStrings [ ".nix" "-" ] [ "" " " ] file;
      value = import (./evaluate + "/${file}") tools;
    }) (filter (file: match ".*[.]nix" file != null) (attrNames (readDir ./evaluate)))
  );

  failures = concatMap (
    name:
    let
      claim = claims.${name};
    in
    if claim.actual == claim.expected then
      [ ]
    else
      [ "${name}\n  actual:   ${toJSON claim.actual}\n  expected: ${toJSON claim.expected}" ]
  ) (attrNames claims);
in
if failures == [ ] then
  "ok: ${toString (length (attrValues claims))} claims"
else
  throw "${toString (length failures)} of ${toString (length (attrValues claims))} claims do not hold:\n${concatStringsSep "\n" failures}"
