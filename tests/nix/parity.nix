# Compares evaluate.nix with nixpkgs' module system: for each set of modules either the same values and
# the same order of lists, or an error there and a problem here. Run with
#
#   NIXPKGS_LIB=.../nixpkgs/lib nix eval --impure --raw -f tests/nix/parity.nix
let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    deepSeq
    getEnv
    length
    removeAttrs
    toJSON
    tryEval
    ;

  folder = getEnv "NIXPKGS_LIB";
  lib = import folder;

  options = import ./options.nix { inherit lib; };
  evaluate = import ../../modules/evaluate.nix { schema = import ./schema.nix; };
  # The generated sets are made with the lib of the side that evaluates them.
  settingsLib = import ../../modules/lib;
  generated = import ./random-modules.nix 9000;
  fixed = import ./combinations.nix { inherit lib; } // import ./priorities.nix { inherit lib; } // import ./habits.nix { inherit lib; };
  setsWith = with_: fixed // generated with_;
  theirSets = setsWith lib;
  ourSets = setsWith settingsLib;

  # The options that have a value on both sides.
  comparable = config: {
    inherit (config)
      labels
      mirror
      network
      profile
      zones
      ;
    app = removeAttrs config.app [ "owner" ];
  };

  compare =
    name:
    let
      theirs =
        comparable
          (lib.evalModules { modules = [ { inherit options; } ] ++ theirSets.${name}; }).config;
      there = tryEval (deepSeq theirs theirs);
      here = evaluate {
        modules = ourSets.${name};
        environment = "Production";
      };
      ours = comparable here.config;
    in
    if !there.success then
      if (tryEval (here.problems == [ ] && deepSeq ours true)).value then
        [ "${name}\n  nixpkgs: an error\n  here:    ${toJSON ours}" ]
      else
        [ ]
    else if here.problems != [ ] then
      [ "${name}\n  nixpkgs: ${toJSON there.value}\n  here:    ${toJSON here.problems}" ]
    else if ours != there.value then
      [ "${name}\n  nixpkgs: ${toJSON there.value}\n  here:    ${toJSON ours}" ]
    else
      [ ];

  names = attrNames theirSets;
  differences = concatMap compare names;
in
if folder == "" then
  "skipped: parity with nixpkgs (NIXPKGS_LIB is not set)"
else if differences == [ ] then
  "ok: ${toString (length names)} sets of modules mean the same as in nixpkgs"
else
  throw "${toString (length differences)} of ${toString (length names)} sets of modules mean something else than in nixpkgs:\n${concatStringsSep "\n" differences}"
