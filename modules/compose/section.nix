# A section: definitions of it are taken apart into definitions of its fields, so that its fields are weighed one by one.
forms:
let
  inherit (builtins)
    all
    concatMap
    filter
    isAttrs
    partition
    ;

  inherit (forms)
    isTable
    option
    peel
    table
    ;
  inherit (forms.problems) conflict misplaced;

  # The usual definition: a table with nothing around it.
  isUsual =
    { value, around, ... }:
    around.plain && isAttrs value && !(value ? _type || value ? outPath || value ? __toString);

  settled =
    name: total:
    if total.value == { } then
      { inherit (total) origins problems; }
    else
      {
        inherit (total) origins problems;
        setting = {
          inherit name;
          inherit (total) value;
        };
      };

  # What is no table here, as far as its conditions hold, goes into the settings as it is, for telling types is not done
  # here; but not together with tables.
  unusual =
    plan: prefix: total: peeled:
    let
      inherit (plan) name;
      pointer = prefix + plan.pointer;
      holding = partition (definition: isTable definition.value) (
        filter (definition: definition.around.active) peeled
      );
      instead = option plan prefix name holding.wrong;

      stray = map (definition: misplaced pointer definition.misplaced definition) (
        filter (definition: definition ? misplaced) peeled
      );
      found = total // {
        problems = stray ++ total.problems;
      };
    in
    if holding.wrong == [ ] then
      settled name found
    else if holding.right == [ ] then
      instead.summary or instead
    else
      {
        inherit (found) origins;
        problems = found.problems ++ [ (conflict pointer (holding.right ++ holding.wrong)) ];
      };
in
plan: prefix: definitions:
let
  usual = all isUsual definitions;
  peeled = concatMap peel definitions;
  inner = table plan prefix usual (
    if usual then definitions else filter (definition: isTable definition.value) peeled
  );
in
{
  inherit (inner) config;
  summary = if usual then settled plan.name inner.total else unusual plan prefix inner.total peeled;
}
