# Sections: tables whose fields are options of their own, so priorities are compared field by field.
{
  emptySection,
  invalidProperties,
  isBareTable,
  isTable,
  mergeTable,
  notAModule,
  notATable,
  pushDownProperties,
}:
let
  inherit (builtins)
    all
    concatMap
    filter
    ;

  summaryOf =
    opt: prefix: defs: total:
    if total.value == { } then
      let
        empty = emptySection opt prefix defs;
      in
      empty
      // {
        inherit (total) problems;
        origins = empty.origins ++ total.origins;
      }
    else
      {
        inherit (total) origins problems;
        setting = {
          inherit (opt) name;
          inherit (total) value;
        };
      };

  summaryOfPushedDown =
    opt: prefix: total: pushedDown:
    let
      pointer = prefix + opt.pointer;
      wrong = filter (def: !(isTable def.value) && def.context.active) pushedDown;
    in
    summaryOf opt prefix pushedDown (
      total
      // {
        problems =
          invalidProperties pointer pushedDown
          ++ (
            if wrong == [ ] then
              [ ]
            else if pointer == "" then
              map notAModule wrong
            else
              [ (notATable pointer wrong) ]
          )
          ++ total.problems;
      }
    );
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
      summaryOf opt prefix defs merged.total
    else
      summaryOfPushedDown opt prefix merged.total pushedDown;
}
