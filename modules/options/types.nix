# Types of options. Evaluation rejects values that a type of nixpkgs can tell apart. Lengths, patterns,
# formats and rules between fields are left to the gate.
{
  lib,
  schemaFacts,
  # From the facts of a table to the options of its fields.
  toOptions,
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
    externalPath
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
  inherit (schemaFacts) typesOf;

  # A bound that no integer of Nix exceeds is left out.
  largestInt = 9223372036854775807;
  toBound = bound: if bound == null || isFloat bound || bound == largestInt then null else bound;

  integer =
    part:
    let
      lowest = toBound (
        part.minimum or (if part ? exclusiveMinimum then part.exclusiveMinimum + 1 else null)
      );
      highest = toBound (
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
      show = builtins.toJSON;
    in
    if lowest != null && highest != null then
      numbers.between lowest highest
    else if lowest != null then
      addCheck number (x: x >= lowest) // { description = "number of at least ${show lowest}"; }
    else if highest != null then
      addCheck number (x: x <= highest) // { description = "number of at most ${show highest}"; }
    else
      number;

  # Any value of JSON, merged as in evaluate.nix.
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

  elementType =
    schema: if isAttrs schema && schema != { } then typeOf (schemaFacts schema) else anything;
  element = facts: elementType facts.extra;

  scalars = {
    # The path of a secret's file must not be one that Nix copies to the store.
    string = part: [ (if part.x-secret-file or false then externalPath else str) ];
    boolean = _: [ bool ];
    integer = part: [ (integer part) ];
    number = part: [ (decimal part) ];
  };

  # Types of one part of a schema, without those of tables and lists.
  alternatives =
    part:
    if part ? const then
      [ (enum [ part.const ]) ]
    else if part ? enum then
      [ (enum (filter (value: value != null) part.enum)) ]
    else
      concatMap (name: (scalars.${name} or (_: [ ])) part) (typesOf part);

  # The names of a table, including those under a false condition.
  namesIn =
    value:
    {
      "if" = namesIn value.content;
      override = namesIn value.content;
      merge = foldl' (all: content: all // namesIn content) { } value.contents;
    }
    .${value._type or ""} or (if isAttrs value then value else { });

  # nixpkgs makes the type of an option again from the modules of its submodule, and would lose what is added.
  refine = add: type: add type // { substSubModules = modules: refine add (type.substSubModules modules); };

  # A table of a choice keeps only the defined names, because they decide which form it is.
  onlyDefined = refine (
    type:
    type
    // {
      merge =
        loc: defs:
        intersectAttrs (foldl' (all: def: all // namesIn def.value) { } defs) (type.merge loc defs);
    }
  );

  # Null by default, which is no conflict with a definition of the priority of defaults.
  absentOr =
    type:
    nullOr type
    // {
      merge =
        loc: defs:
        let
          given = filter (def: def.value != null) defs;
        in
        if given == [ ] then null else type.merge loc given;
      substSubModules = modules: absentOr (type.substSubModules modules);
    };

  # A submodule also accepts functions and files as modules, which are not values of a config.
  onlySets = refine (type: addCheck type isAttrs);

  table =
    facts:
    let
      # A set of options inside options cannot have a freeform type, so an open section opens the table around it.
      open = facts.extra != null || facts.sectionsAreOpen;
      further = if facts.sectionsAreOpen then anything else element facts;
      type = onlySets (submoduleWith {
        shorthandOnlyDefinesConfig = true;
        modules = [
          (
            { options = toOptions facts; }
            // optionalAttrs open { freeformType = attrsOf further; }
          )
        ];
      });
    in
    if !facts.declared then
      attrsOf (element facts)
    else if facts.choice then
      onlyDefined type
    else
      type;

  # Forms with the same type in Nix are listed once.
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
        ++ optional (elem "array" kinds) (listOf (elementType facts.item))
        ++ tables
      );
      choice = foldl' either (head all) (tail all);
      type =
        if all == [ ] then
          anything
        else if length all > 1 && tables != [ ] then
          # Documentation lists the options of the table.
          choice // { inherit (head tables) getSubOptions; }
        else
          choice;
    in
    if all == [ ] then
      type
    else if facts.optional then
      nullOr type
    else if facts.mayBeAbsent or false then
      absentOr type
    else
      type;
in
{
  inherit anything element;
  __functor = _: typeOf;
}
