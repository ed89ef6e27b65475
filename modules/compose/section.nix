# A section: definitions of it are taken apart into definitions of its fields, so that its fields are weighed one by one.
forms:
let
  inherit (builtins)
    concatMap
    filter
    partition
    ;

  inherit (forms) option peel table;
  inherit (import ./problems.nix) conflict misplaced;
  inherit (import ./values.nix) isTable;

  isActive = definition: definition.active;
in
plan: prefix: name: definitions:
let
  pointer = prefix + plan.pointer;
  peeled = concatMap peel definitions;
  parts = partition (definition: isTable definition.value) peeled;
  inner = table plan prefix parts.right;

  # What is no table here, as far as its conditions hold.
  others = filter isActive parts.wrong;
  rivals = filter isActive parts.right;
  instead = option plan prefix name others;

  common = {
    inherit (inner) origins;
    problems =
      map (definition: misplaced pointer definition.misplaced definition) (
        filter (definition: definition ? misplaced) peeled
      )
      ++ inner.problems;
  };
in
{
  inherit (inner) config;
  summary =
    if others == [ ] && inner.value == { } then
      common
    else if others == [ ] then
      common
      // {
        setting = {
          inherit name;
          inherit (inner) value;
        };
      }
    # It goes into the settings as it is: telling types is for the gate.
    else if rivals == [ ] then
      instead.summary or instead
    else
      common // { problems = common.problems ++ [ (conflict pointer (rivals ++ others)) ]; };
}
