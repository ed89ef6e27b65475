# A table: named fields, and other names when the schema lets them in. Sections are tables, and so are maps and the tables
# inside lists and choices. `plain` says that there is nothing around any of its definitions.
forms:
let
  inherit (builtins)
    attrNames
    attrValues
    catAttrs
    concatLists
    filter
    intersectAttrs
    length
    listToAttrs
    mapAttrs
    removeAttrs
    ;

  inherit (forms)
    all
    among
    bulk
    holding
    option
    section
    strangers
    together
    ;

  configs = mapAttrs (_: result: result.config);
  present =
    results: removeAttrs results (filter (name: !(results.${name} ? config)) (attrNames results));
in
plan: prefix: plain: tables:
let
  merged = together tables;
  defined = merged.all;
  found = intersectAttrs plan.leaves defined;

  # A section has all its definitions, conditions and all; an option those that hold.
  sections =
    if plan.sections == { } then
      { }
    else
      mapAttrs (name: field: section field prefix (all name tables)) (
        intersectAttrs defined plan.sections
      );
  leaf = name: option plan.fields.${name} prefix name (holding name tables);

  # Names that the schema does not have, unless it has all: elements of a map, or mistakes.
  familiar = length (attrValues found) + length (attrValues sections) == length (attrValues defined);
  others = if familiar then { } else removeAttrs defined (attrNames plan.fields);
  elements = if plan.element == null then { } else strangers.elements plan prefix tables others;

  # Most leaves come in bulk, the others one by one.
  most =
    if plain then
      bulk plan prefix tables found merged.twice
    else
      let
        held = among tables;
      in
      bulk plan prefix held.live (intersectAttrs plan.leaves held.all) held.twice;
in
{
  config =
    if plan.choice then
      configs (present (sections // mapAttrs (name: _: leaf name) found // elements))
    else
      mapAttrs (
        name: field:
        if !(defined ? ${name}) then
          field.config
        else if field.section then
          sections.${name}.config
        else
          (leaf name).config or field.config
      ) plan.fields
      // configs (present elements);

  # Together, what is defined in it. Apart from `config`, for it needs all conditions to be asked.
  total =
    if most.rest == [ ] && sections == { } && familiar then
      {
        value = if most.settings == [ ] then most.value else most.value // listToAttrs most.settings;
        inherit (most) origins;
        problems = [ ];
      }
    else
      let
        rest =
          map (result: result.summary or result) (map leaf most.rest ++ attrValues elements)
          ++ catAttrs "summary" (attrValues sections);
      in
      {
        value = most.value // listToAttrs (most.settings ++ catAttrs "setting" rest);
        origins = most.origins ++ concatLists (catAttrs "origins" rest);
        problems =
          (if familiar || plan.element != null then [ ] else strangers.unknown plan prefix tables others)
          ++ concatLists (catAttrs "problems" rest);
      };
}
