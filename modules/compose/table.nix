# A table: named fields, and other names when the schema lets them in. Sections are tables, and so are maps and the tables
# inside lists and choices.
forms:
let
  inherit (builtins)
    attrNames
    attrValues
    catAttrs
    concatLists
    filter
    foldl'
    head
    length
    listToAttrs
    mapAttrs
    removeAttrs
    typeOf
    ;

  inherit (forms)
    child
    discharge
    option
    place
    section
    ;
  inherit (import ../pointer.nix) segment;
  inherit (import ./problems.nix) unknownKey;
  inherit (import ./values.nix) simple;

  union = foldl' (sum: definition: sum // definition.value) { };
  configs = mapAttrs (_: result: result.config);
  present =
    results: removeAttrs results (filter (name: !(results.${name} ? config)) (attrNames results));

  # One name, with those definitions of the table that have it.
  entry =
    plan: prefix: name: tables:
    let
      pointer = "${prefix}${plan.pointer}/${segment name}";
    in
    if plan.fields ? ${name} then
      field plan.fields.${name} prefix name tables
    else if plan.element != null then
      field plan.element pointer name tables
    else
      { problems = [ (unknownKey pointer (map (definition: place definition name) tables)) ]; };

  field =
    plan: prefix: name: tables:
    let
      first = head tables;
      value = first.value.${name};
    in
    if plan.section then
      section plan prefix name (map (definition: child definition name) tables)
    # Most places are a plain value that one module defines.
    else if length tables == 1 && first.plain && simple ? ${typeOf value} then
      {
        config = value;
        setting = { inherit name value; };
        origins = [
          {
            name = prefix + plan.pointer;
            value = {
              set = [ (place first name) ];
            };
          }
        ];
      }
    else
      option plan prefix name (discharge (map (definition: child definition name) tables));
in
plan: prefix: tables:
let
  inherit (plan) fields element;

  ownersOf =
    if length tables == 1 then
      _: tables
    else
      name: filter (definition: definition.value ? ${name}) tables;
  results = mapAttrs (name: _: entry plan prefix name (ownersOf name)) (union tables);

  values = attrValues results;
  deep = catAttrs "summary" values;
  collect = attribute: catAttrs attribute values ++ catAttrs attribute deep;

  others =
    if element == null then { } else configs (present (removeAttrs results (attrNames fields)));
in
{
  config =
    if plan.choice then
      configs (present results)
    else
      mapAttrs (name: field: results.${name}.config or field.config) fields // others;
  value = listToAttrs (collect "setting");
  origins = concatLists (collect "origins");
  problems = concatLists (collect "problems");
}
