# A table: named fields, and other names when the schema lets them in. Sections are tables, and so are maps and the tables
# inside lists and choices. `plain` says that there is nothing around any of its definitions.
forms:
let
  inherit (builtins)
    attrNames
    attrValues
    catAttrs
    concatLists
    concatMap
    filter
    foldl'
    head
    intersectAttrs
    length
    listToAttrs
    mapAttrs
    removeAttrs
    ;

  inherit (forms)
    bulk
    child
    option
    place
    section
    ;
  inherit (import ../pointer.nix) segment;
  inherit (import ./problems.nix) unknownKey;
  inherit (import ./weigh.nix) settle;

  union = foldl' (sum: table: sum // table.value) { };
  configs = mapAttrs (_: result: result.config);
  present =
    results: removeAttrs results (filter (name: !(results.${name} ? config)) (attrNames results));

  # The definitions of a section, conditions and all; and those of an option that hold.
  all = name: concatMap (table: if table.value ? ${name} then [ (child name table) ] else [ ]);
  holding =
    name:
    concatMap (
      table:
      if !(table.value ? ${name} && table.around.active) then
        [ ]
      else if table.value.${name} ? _type then
        settle (child name table)
      else
        [ (child name table) ]
    );
in
plan: prefix: plain: tables:
let
  inherit (plan) fields element;

  defined = if length tables == 1 then (head tables).value else union tables;
  known = intersectAttrs fields defined;

  sections =
    if plan.sections == { } then
      { }
    else
      mapAttrs (name: _: section fields.${name} prefix name (all name tables)) (
        intersectAttrs plan.sections defined
      );
  leaf = name: option fields.${name} prefix name (holding name tables);

  # Names that the schema does not have: elements of a map, or mistakes.
  others =
    if length (attrValues known) == length (attrValues defined) then
      { }
    else
      removeAttrs defined (attrNames known);
  pointerTo = name: "${prefix}${plan.pointer}/${segment name}";
  elements =
    if element == null then
      { }
    else
      mapAttrs (name: _: option element (pointerTo name) name (holding name tables)) others;
  unknown =
    if element != null then
      [ ]
    else
      map (
        name: unknownKey (pointerTo name) (map (place name) (filter (table: table.value ? ${name}) tables))
      ) (attrNames others);

  # Most leaves come in bulk, the others one by one.
  most = bulk plan prefix plain tables known;
  rest = map (result: result.summary or result) (
    map leaf most.rest ++ attrValues sections ++ attrValues elements
  );
in
{
  config =
    if plan.choice then
      configs (
        present (sections // mapAttrs (name: _: leaf name) (intersectAttrs plan.leaves defined) // elements)
      )
    else
      mapAttrs (
        name: field:
        if !(defined ? ${name}) then
          field.config
        else if field.section then
          sections.${name}.config
        else
          (leaf name).config or field.config
      ) fields
      // configs (present elements);

  # Together, what is defined in it. Apart from `config`, for it needs all conditions to be asked.
  total =
    if most.rest == [ ] && sections == { } && others == { } then
      {
        value = if most.settings == [ ] then most.value else most.value // listToAttrs most.settings;
        inherit (most) origins;
        problems = [ ];
      }
    else
      {
        value = most.value // listToAttrs (most.settings ++ catAttrs "setting" rest);
        origins = most.origins ++ concatLists (catAttrs "origins" rest);
        problems = unknown ++ concatLists (catAttrs "problems" rest);
      };
}
