# Sections: tables whose fields are options of their own, so priorities are compared field by field.
{
  conflict,
  evalOptionValue,
  isTable,
  mergeTable,
  misplacedProperty,
  pushDownProperties,
}:
let
  inherit (builtins)
    all
    concatMap
    filter
    isAttrs
    partition
    ;

  # The usual definition: a table without properties around it.
  isBareTable =
    { value, context, ... }:
    context.bare && isAttrs value && !(value ? _type || value ? outPath || value ? __toString);

  summaryOf =
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

  # A value that is not a table passes to the settings, where the gate reports its type. Beside
  # tables it is a conflict.
  summaryOfPushedDown =
    opt: prefix: total: pushedDown:
    let
      inherit (opt) name;
      pointer = prefix + opt.pointer;
      active = partition (def: isTable def.value) (filter (def: def.context.active) pushedDown);
      instead = evalOptionValue opt prefix name active.wrong;

      misplaced = map (def: misplacedProperty pointer def.misplaced def) (
        filter (def: def ? misplaced) pushedDown
      );
      found = total // {
        problems = misplaced ++ total.problems;
      };
    in
    if active.wrong == [ ] then
      summaryOf name found
    else if active.right == [ ] then
      instead.summary or instead
    else
      {
        inherit (found) origins;
        problems = found.problems ++ [ (conflict pointer (active.right ++ active.wrong)) ];
      };
in
/**
  Evaluates a section. The root of the settings is a section too.

  # Type

  ```
  evalSection :: OptionNode -> String -> [ Definition ] -> Result
  ```
*/
opt: prefix: defs:
let
  bare = all isBareTable defs;
  pushedDown = concatMap pushDownProperties defs;
  merged = mergeTable opt prefix bare (
    if bare then defs else filter (def: isTable def.value) pushedDown
  );
in
{
  inherit (merged) config;
  summary =
    if bare then
      summaryOf opt.name merged.total
    else
      summaryOfPushedDown opt prefix merged.total pushedDown;
}
