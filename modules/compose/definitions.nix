# A definition is a value with what is known of it so far:
#   at        where it was written: { file, line, column }, and `element` when it is the n-th of a list
#   active    whether the conditions around it hold; asked as late as possible, since they may read other settings
#   priority  of the mkOverride around it, or null
#   order     of the mkOrder around it, when there is one
#   plain     nothing was around it, so that the three above need not be asked
{
  # A file's name as shown to people, or null when it is none.
  relative,
}:
let
  inherit (builtins)
    any
    concatMap
    elem
    filter
    foldl'
    isAttrs
    length
    sort
    unsafeGetAttrPos
    ;

  markNames = {
    "if" = "mkIf";
    merge = "mkMerge";
    order = "mkOrder";
    override = "mkOverride";
  };

  isMark = value: isAttrs value && value ? _type && markNames ? ${value._type};

  # The attribute that holds a value says where the value is, whatever is wrapped around it.
  place =
    definition: name:
    let
      position = unsafeGetAttrPos name definition.value;
      file = relative position.file;
    in
    if position == null || file == null then
      definition.at
    else
      {
        inherit file;
        inherit (position) line column;
      };

  child = definition: name: {
    value = definition.value.${name};
    at = place definition name;
    inherit (definition) active plain priority;
  };

  # The same value where nothing outside counts any more: inside a list, a map or a choice.
  fresh = definition: {
    inherit (definition) value at;
    active = true;
    plain = true;
    priority = null;
  };

  # What is wrapped around a section goes to its fields, so that a condition is not asked before a field is.
  peel =
    definition:
    let
      inherit (definition) value;
    in
    if !(isMark value) then
      [ definition ]
    else if value._type == "merge" then
      concatMap (content: peel (definition // { value = content; })) value.contents
    else if value._type == "if" then
      peel (
        definition
        // {
          value = value.content;
          active = definition.active && value.condition;
          plain = false;
        }
        // misplacedUnder definition "mkIf"
      )
    else if value._type == "override" then
      peel (
        definition
        // {
          value = value.content;
          inherit (value) priority;
          plain = false;
        }
        // misplacedUnder definition "mkOverride"
      )
    else
      [
        (
          definition
          // {
            value = { };
            misplaced = "mkOrder";
          }
        )
      ];

  misplacedUnder =
    definition: mark: if definition.priority == null then { } else { misplaced = mark; };

  # What is wrapped around an option's value is taken off here, and conditions are asked.
  settle =
    definition:
    let
      inherit (definition) value;
    in
    if !(isMark value) || definition.priority != null then
      [ definition ]
    else if value._type == "merge" then
      concatMap (content: settle (definition // { value = content; })) value.contents
    else if value._type == "if" then
      if value.condition then settle (definition // { value = value.content; }) else [ ]
    else if value._type == "override" then
      [
        (
          definition
          // {
            value = value.content;
            inherit (value) priority;
          }
        )
      ]
    else
      [ definition ];

  rank = definition: if definition.priority == null then 100 else definition.priority;

  unorder =
    definition:
    if isMark definition.value && definition.value._type == "order" then
      definition
      // {
        value = definition.value.content;
        order = definition.value.priority;
      }
    else
      definition;
in
{
  inherit
    child
    fresh
    isMark
    peel
    place
    settle
    ;

  markOf = value: markNames.${value._type};

  discharge = concatMap (definition: if definition.active then settle definition else [ ]);

  # The definitions of the lowest priority, in the order of the list that they may be; and the others.
  weigh =
    definitions:
    let
      best = foldl' (
        lowest: definition: if rank definition < lowest then rank definition else lowest
      ) 9999 definitions;
      alone = length definitions == 1;
      winners = map unorder (
        if alone then definitions else filter (definition: rank definition == best) definitions
      );
    in
    {
      winners =
        if any (definition: definition ? order) winners then
          sort (a: b: a.order or 1000 < b.order or 1000) winners
        else
          winners;
      losers =
        if alone then
          [ ]
        else
          concatMap (
            definition:
            if rank definition == best then [ ] else [ (definition.at // { priority = rank definition; }) ]
          ) definitions;
    };
}
