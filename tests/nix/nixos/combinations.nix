# The sets of modules of tests/nix/parity.nix, over the options that are made from the schema in place of
# those written by hand.
let
  inherit (import ./machine.nix) lib;
  inherit (lib) attrNames concatMap length;
  inherit (builtins) deepSeq toJSON tryEval;

  schema = import ../schema.nix;
  environment = "Production";
  options = import ../../../modules/options.nix { inherit environment lib schema; };
  evaluate = import ../../../modules/evaluate.nix { inherit schema; };
  combinations = import ../combinations.nix { inherit lib; };

  # Without the required field, and the field of any value, which no set defines.
  comparable =
    config:
    removeAttrs config [ "extra" ]
    // {
      app = removeAttrs config.app [ "owner" ];
    };

  shown = success: value: if success then toJSON value else "an error";

  compare =
    name:
    let
      modules = combinations.${name};
      theirs = comparable (lib.evalModules { modules = [ options ] ++ modules; }).config;
      there = tryEval (deepSeq theirs theirs);
      here = evaluate { inherit environment modules; };
      ours = comparable here.config;
      refused = here.problems != [ ] || !(tryEval (deepSeq ours ours)).success;
    in
    if !there.success && refused || there.success && !refused && ours == there.value then
      [ ]
    else
      [
        "${name}\n  nixpkgs: ${shown there.success there.value}\n  here:    ${
          if refused then toJSON here.problems else toJSON ours
        }"
      ];

  names = attrNames combinations;
in
{
  sets = length names;
  differences = concatMap compare names;
}
