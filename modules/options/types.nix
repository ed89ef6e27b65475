# Types of options. What Nix has a type for is refused while evaluating; the rest (lengths, patterns, formats, how fields
# relate) is left to the gate, which knows it exactly.
{
  lib,
  read,
  # The options of a table, by its fields.
  fieldsOf,
}:
let
  inherit (lib)
    any
    concatMap
    elem
    filter
    foldl'
    head
    intersectAttrs
    isAttrs
    isFloat
    length
    optional
    optionalAttrs
    tail
    ;
  inherit (lib.types)
    addCheck
    attrsOf
    bool
    either
    enum
    float
    int
    ints
    listOf
    nullOr
    number
    numbers
    oneOf
    str
    submoduleWith
    ;
  inherit (read) typesOf;

  # What Nix itself can hold; a larger bound says nothing.
  largest = 9223372036854775807;
  within = bound: if bound == null || isFloat bound || bound == largest then null else bound;

  integer =
    part:
    let
      lowest = within (
        part.minimum or (if part ? exclusiveMinimum then part.exclusiveMinimum + 1 else null)
      );
      highest = within (
        part.maximum or (if part ? exclusiveMaximum then part.exclusiveMaximum - 1 else null)
      );
    in
    if lowest != null && highest != null then
      ints.between lowest highest
    else if lowest == 0 then
      ints.unsigned
    else if lowest == 1 then
      ints.positive
    else if lowest != null then
      addCheck int (x: x >= lowest) // { description = "integer of at least ${toString lowest}"; }
    else if highest != null then
      addCheck int (x: x <= highest) // { description = "integer of at most ${toString highest}"; }
    else
      int;

  decimal =
    part:
    let
      lowest = part.minimum or null;
      highest = part.maximum or null;
      say = builtins.toJSON;
    in
    if lowest != null && highest != null then
      numbers.between lowest highest
    else if lowest != null then
      addCheck number (x: x >= lowest) // { description = "number of at least ${say lowest}"; }
    else if highest != null then
      addCheck number (x: x <= highest) // { description = "number of at most ${say highest}"; }
    else
      number;

  # Whatever JSON can hold, joined as evaluate.nix joins it.
  anything =
    nullOr (oneOf [
      bool
      int
      float
      str
      (attrsOf anything)
      (listOf anything)
    ])
    // {
      description = "any value";
    };

  member = schema: if isAttrs schema && schema != { } then typeOf (read schema) else anything;
  element = facts: member facts.extra;

  scalars = {
    string = _: [ str ];
    boolean = _: [ bool ];
    integer = part: [ (integer part) ];
    number = part: [ (decimal part) ];
  };

  # What a part of a schema admits, tables and lists aside.
  alternatives =
    part:
    if part ? const then
      [ (enum [ part.const ]) ]
    else if part ? enum then
      [ (enum (filter (value: value != null) part.enum)) ]
    else
      concatMap (name: (scalars.${name} or (_: [ ])) part) (typesOf part);

  # The names of a table, under a condition that does not hold or not.
  namesIn =
    value:
    {
      "if" = namesIn value.content;
      override = namesIn value.content;
      merge = foldl' (all: content: all // namesIn content) { } value.contents;
    }
    .${value._type or ""} or (if isAttrs value then value else { });

  # Of a choice, a table has the names that somebody defined and no other, for they tell which form it is.
  onlyDefined =
    type:
    type
    // {
      merge =
        loc: defs:
        intersectAttrs (foldl' (all: def: all // namesIn def.value) { } defs) (type.merge loc defs);
    };

  # A function or a file would be a module to nixpkgs, and is no value to anybody else.
  table =
    facts:
    let
      open = facts.extra != null;
      type = addCheck (submoduleWith {
        shorthandOnlyDefinesConfig = true;
        modules = [
          (
            { options = fieldsOf facts.fields; }
            // optionalAttrs open { freeformType = attrsOf (element facts); }
          )
        ];
      }) isAttrs;
    in
    if !facts.declared then
      attrsOf (element facts)
    else if facts.choice then
      onlyDefined type
    else
      type;

  # Two forms that Nix cannot tell apart are one.
  distinct = foldl' (
    found: type:
    if any (other: other.description == type.description) found then found else found ++ [ type ]
  ) [ ];

  typeOf =
    facts:
    let
      kinds = concatMap typesOf facts.parts;
      tables = optional facts.table (table facts);
      all = distinct (
        concatMap alternatives facts.parts
        ++ optional (elem "array" kinds) (listOf (member facts.item))
        ++ tables
      );
      choice = foldl' either (head all) (tail all);
      type =
        if all == [ ] then
          anything
        else if length all > 1 && tables != [ ] then
          # Documentation shows what is in the table.
          choice // { inherit (head tables) getSubOptions; }
        else
          choice;
    in
    if facts.optional && all != [ ] then nullOr type else type;
in
{
  inherit anything element;
  __functor = _: typeOf;
}
