# Compares each function of modules/lib with the one of nixpkgs' lib: the same value, or an error of both.
#
#   NIXPKGS_LIB=.../nixpkgs/lib nix eval --impure --raw -f tests/nix/lib.nix
let
  inherit (builtins)
    attrNames
    attrValues
    concatLists
    concatMap
    concatStringsSep
    deepSeq
    filter
    genList
    getEnv
    length
    toJSON
    tryEval
    ;

  folder = getEnv "NIXPKGS_LIB";
  theirs = import folder;
  ours = import ../../modules/lib;
  absent = import ../../modules/lib/absent.nix;
  kinds = import ../../modules/lib/kinds.nix;
  # For messages of an evaluation that throws, with the same results.
  explained = import ../../modules/lib/explained.nix;

  calls = import ./lib-calls.nix;

  # Functions that only throw, and sets of functions.
  others = [
    "attrsets"
    "evalModules"
    "lists"
    "mkEnableOption"
    "mkOption"
    "mkPackageOption"
    "modules"
    "options"
    "strings"
    "trivial"
    "types"
  ];
  untested = filter (name: !(calls ? ${name})) (attrNames (removeAttrs ours others));

  # Values with functions in them, as far as JSON can show them.
  attempt = value: tryEval (deepSeq value (toJSON value));

  compareName =
    name:
    concatLists (
      genList (
        index:
        let
          call = builtins.elemAt calls.${name} index;
          here = attempt (call ours.${name});
          there = attempt (call theirs.${name});
        in
        if here == there then
          [ ]
        else
          [
            "${name}, call ${toString index}\n  nixpkgs: ${if there.success then there.value else "an error"}\n  here:    ${
              if here.success then here.value else "an error"
            }"
          ]
      ) (length calls.${name})
    );

  compareExplained =
    name:
    concatMap (
      call:
      if attempt (call ours.${name}) == attempt (call explained.${name}) then
        [ ]
      else
        [ "${name} differs from its explained form" ]
    ) calls.${name};

  # The sets of nixpkgs have the same functions.
  misplaced =
    set: filter (name: !(theirs.${set} ? ${name} || theirs ? ${name})) (attrNames ours.${set});

  differences =
    concatMap compareName (attrNames calls)
    ++ map (name: "${name} is not compared") untested
    ++ map (name: "the absent ${name} is not in nixpkgs") (
      filter (name: !(theirs ? ${name})) (attrNames absent)
    )
    ++ map (name: "the kinds of the arguments of ${name} belong to no function") (
      filter (name: !(ours ? ${name})) (attrNames kinds)
    )
    ++ concatMap compareExplained (attrNames calls)
    ++ map (name: "${name} is absent and has calls") (filter (name: absent ? ${name}) (attrNames calls))
    ++ concatMap (set: map (name: "${set}.${name} is not in nixpkgs") (misplaced set)) [
      "attrsets"
      "lists"
      "modules"
      "strings"
      "trivial"
    ];
  count = builtins.foldl' (sum: list: sum + length list) 0 (attrValues calls);
in
if folder == "" then
  "skipped: functions of nixpkgs' lib (NIXPKGS_LIB is not set)"
else if differences == [ ] then
  "ok: ${toString (length (attrNames calls))} functions, ${toString count} calls as in nixpkgs"
else
  throw "${toString (length differences)} differences from nixpkgs:\n${concatStringsSep "\n" differences}"
