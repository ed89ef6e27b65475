# A list: the winners' lists in a row. Each element is a place of its own, named by its number in the whole list, and knows
# which element of which definition it was.
forms:
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

  inherit (forms)
    isLoose
    option
    settle
    ;
  inherit (forms.problems) nullInList;

  # No element needs a look, as most do not. Null stands for an absent value, and a list has no place for one.
  isSimple = { value, ... }: filter isLoose value == [ ] && !(elem null value);

  placesOf = { at, value, ... }: genList (index: at // { element = index; }) (length value);

  # Such lists as they are.
  simple =
    name: origin: winners:
    let
      value = concatLists (catAttrs "value" winners);
      places = concatMap placesOf winners;
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
          set = [ (elemAt places index) ];
        };
      }) (length value);
    };

  # An element whose condition does not hold is not there; one made by mkMerge has several definitions.
  elements =
    definition:
    let
      around = definition.around.inside;
      places = placesOf definition;
    in
    genList (
      index:
      settle {
        inherit around;
        inherit (around) priority;
        value = elemAt definition.value index;
        at = elemAt places index;
      }
    ) (length definition.value);

  refuseNull =
    pointer: result:
    if result ? setting && result.setting.value == null then
      {
        inherit (result) config origins;
        problems = [ (nullInList pointer (concatMap (origin: origin.value.set) result.origins)) ];
      }
    else
      result;

  # The elements one by one.
  mixed =
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
    };
in
plan: name: origin: winners:
if all isSimple winners then simple name origin winners else mixed plan name origin winners
