# What is wrapped around the value of an option is taken off here, as nixpkgs does it: mkMerge and mkIf, then mkOverride, then
# mkOrder, and no mark inside a later one.
let
  inherit (builtins)
    any
    catAttrs
    concatMap
    head
    length
    lessThan
    partition
    sort
    ;

  settle =
    { value, around, ... }@definition:
    if !(value ? _type) || around.ranked then
      [ definition ]
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
    else if value._type == "if" then
      if value.condition then settle (definition // { value = value.content; }) else [ ]
    else if value._type == "merge" then
      concatMap (content: settle (definition // { value = content; })) value.contents
    else
      [ definition ];

  unorder =
    definition:
    if definition.value ? _type && definition.value._type == "order" then
      definition
      // {
        value = definition.value.content;
        order = definition.value.priority;
      }
    else
      definition;

  # In the order of the list that they may be. Rarely does a list say where it goes; without, sorting is not needed.
  arrange =
    definitions:
    if any (definition: definition.value ? _type) definitions then
      sort (a: b: a.order or 1000 < b.order or 1000) (map unorder definitions)
    else
      definitions;
in
{
  inherit arrange settle;

  # The definitions of the lowest priority: these are `right`, and the others are `wrong`.
  weigh =
    definitions:
    if length definitions < 2 then
      {
        right = definitions;
        wrong = [ ];
      }
    else
      let
        # nixpkgs knows no priority beyond this, except where there is nothing to compare.
        best = head (sort lessThan ([ 9999 ] ++ catAttrs "priority" definitions));
      in
      partition (definition: definition.priority == best) definitions;
}
