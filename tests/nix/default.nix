# Every claim about composing modules, one file each: its name says what must hold. Run with
#   nix eval --impure --raw -f tests/nix/default.nix
# It gives "ok: N claims", or throws a message with each that does not hold.
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

    # Where each value was written, in short.
    placesOf = modules: mapAttrs (_: origin: map at origin.set) (compose modules).origins;

    # What is wrong, in short.
    problemsOf = modules: map (problem: "${problem.kind} ${problem.path}") (compose modules).problems;

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
