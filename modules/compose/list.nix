# A list: the winners' lists in a row. Each element is a place of its own, named by its number in the whole list, and knows
# which element of which definition it was.
forms:
let
  inherit (builtins)
    catAttrs
    concatLists
    concatMap
    elemAt
    filter
    genList
    length
    ;

  inherit (forms) option;
  inherit (import ./problems.nix) nullInList;
  inherit (import ./weigh.nix) settle;

  # An element whose condition does not hold is not there; one made by mkMerge has several definitions.
  elements =
    definition:
    let
      around = definition.around.inside;
    in
    genList (
      index:
      settle {
        inherit around;
        inherit (around) priority;
        value = elemAt definition.value index;
        at = definition.at // {
          element = index;
        };
      }
    ) (length definition.value);

  # Null stands for an absent value, and a list has no place for one.
  refuseNull =
    pointer: result:
    if result ? setting && result.setting.value == null then
      {
        inherit (result) config origins;
        problems = [ (nullInList pointer (concatMap (origin: origin.value.set) result.origins)) ];
      }
    else
      result;
in
plan: name: origin: winners:
let
  kept = filter (found: found != [ ]) (concatMap elements winners);
  results = genList (
    index:
    let
      place = "${origin.name}/${toString index}";
    in
    refuseNull place (option plan.item place "" (elemAt kept index))
  ) (length kept);

  parts = map (result: result.summary or result) results;
  settings = catAttrs "setting" parts;
in
{
  config = catAttrs "config" results;
  summary = {
    origins = [ origin ] ++ concatLists (catAttrs "origins" parts);
    problems = concatLists (catAttrs "problems" parts);
  }
  # Without one of its elements it would be another list.
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
}
