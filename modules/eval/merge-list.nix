# Lists: the lists of all definitions, concatenated. Each element is a place of its own, named by its
# index in the result, with the position of the definition and the index there.
{
  dischargeProperties,
  evalOptionValue,
  needsCheck,
  nullInList,
}:
let
  inherit (builtins)
    all
    catAttrs
    concatLists
    concatMap
    elem
    elemAt
    filter
    genList
    length
    ;

  # Null needs evalElements, because a list cannot hold an absent value.
  hasSimpleElements = { value, ... }: filter needsCheck value == [ ] && !(elem null value);

  elementPositions = { pos, value, ... }: genList (index: pos // { element = index; }) (length value);

  concatSimple =
    name: origin: defs:
    let
      value = concatLists (catAttrs "value" defs);
      positions = concatMap elementPositions defs;
    in
    {
      config = value;
      setting = { inherit name value; };
      origins = [
        origin
      ]
      ++ genList (index: {
        name = "${origin.name}/${toString index}";
        value = {
          set = [ (elemAt positions index) ];
        };
      }) (length value);
    };

  # The definitions of each element: none under a false mkIf, several for an mkMerge.
  elementDefinitions =
    def:
    let
      context = def.context.inner;
      positions = elementPositions def;
    in
    genList (
      index:
      dischargeProperties {
        inherit context;
        inherit (context) priority;
        value = elemAt def.value index;
        pos = elemAt positions index;
      }
    ) (length def.value);

  rejectNull =
    pointer: result:
    if result ? setting && result.setting.value == null then
      {
        inherit (result) config origins;
        problems = [ (nullInList pointer (concatMap (origin: origin.value.set) result.origins)) ];
      }
    else
      result;

  evalElements =
    opt: name: origin: defs:
    let
      defined = filter (found: found != [ ]) (concatMap elementDefinitions defs);
      results = genList (
        index:
        let
          pointer = "${origin.name}/${toString index}";
        in
        rejectNull pointer (evalOptionValue opt.items pointer "" (elemAt defined index))
      ) (length defined);

      summaries = map (result: result.summary or result) results;
      settings = catAttrs "setting" summaries;
    in
    {
      config = catAttrs "config" results;
      summary = {
        origins = [ origin ] ++ concatLists (catAttrs "origins" summaries);
        problems = concatLists (catAttrs "problems" summaries);
      }
      # A list without one of its elements would be another list, so the setting is left out.
      // (
        if length settings == length results then
          {
            setting = {
              inherit name;
              value = catAttrs "value" settings;
            };
          }
        else
          { }
      );
    };
in
/**
  Concatenates lists in the order of their definitions.

  # Type

  ```
  mergeList :: OptionNode -> String -> Origin -> [ Definition ] -> Result
  ```
*/
opt: name: origin: defs:
if all hasSimpleElements defs then
  concatSimple name origin defs
else
  evalElements opt name origin defs
