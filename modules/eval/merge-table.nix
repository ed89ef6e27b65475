# Tables: sections, maps, and the tables inside lists and choices. A table has declared options, and
# further names when its schema is open.
{
  activeDefinitionsOf,
  definitionsOf,
  evalFreeform,
  evalOptionValue,
  evalSection,
  evalSingleDefinitions,
  fromItself,
  mergeActiveSets,
  mergeSets,
  unknownKeys,
}:
let
  inherit (builtins)
    all
    any
    attrNames
    attrValues
    catAttrs
    concatLists
    filter
    head
    intersectAttrs
    length
    listToAttrs
    mapAttrs
    removeAttrs
    unsafeGetAttrPos
    ;

  configs = mapAttrs (_: result: result.config);
  withConfig =
    results: removeAttrs results (filter (name: !(results.${name} ? config)) (attrNames results));

  # `config` has all fields, and Nix knows the position of none.
  looksLikeConfig =
    fields: def: all (name: def.value ? ${name}) (attrNames fields) && any (isUnplaced def) (attrNames fields);
  isUnplaced = def: name: unsafeGetAttrPos name def.value == null;
in
/**
  Merges the definitions of a table. `config` and `total` are separate, because `total` evaluates
  every condition and `config` only those of the fields that are read.

  # Inputs

  `bare`

  : Whether no property is around any of the definitions

  # Type

  ```
  mergeTable :: OptionNode -> String -> Bool -> [ Definition ] -> {
    config :: AttrSet;
    total :: { value :: AttrSet; origins :: [ Origin ]; problems :: [ Problem ]; };
  }
  ```
*/
opt: prefix: bare: given:
let
  whole = mergeSets given;

  # A section cannot be computed from its own value.
  copies =
    if length (attrValues whole.union) >= opt.fieldCount && opt.isSection && given != [ ] then
      filter (
        def: looksLikeConfig opt.fields def && (head given).context.readsConfig opt.path
      ) given
    else
      [ ];
  defs =
    if copies == [ ] then given else filter (def: !(looksLikeConfig opt.fields def)) given;
  merged = if copies == [ ] then whole else mergeSets defs;
  defined = merged.union;
  found = intersectAttrs opt.options defined;

  # A section gets its definitions with their properties, an option those that hold.
  sections =
    if opt.sections == { } then
      { }
    else
      mapAttrs (name: section: evalSection section prefix (definitionsOf name defs)) (
        intersectAttrs defined opt.sections
      );
  evalField = name: evalOptionValue opt.fields.${name} prefix name (activeDefinitionsOf name defs);

  # Comparing counts is cheaper than removing the declared names.
  foundCount = if bare then singles.count else length (attrValues found);
  allDeclared = foundCount + length (attrValues sections) == length (attrValues defined);
  unmatched =
    if allDeclared then
      { }
    else
      removeAttrs defined (attrNames opt.fields ++ (if opt.isRoot or false then [ "_module" ] else [ ]));
  freeform = if opt.freeform == null then { } else evalFreeform opt prefix defs unmatched;

  singles =
    if bare then
      evalSingleDefinitions opt prefix defs found merged.repeated
    else
      let
        holding = mergeActiveSets defs;
      in
      evalSingleDefinitions opt prefix holding.active (intersectAttrs opt.options holding.union)
        holding.repeated;
in
{
  config =
    if opt.isChoice then
      configs (withConfig (sections // mapAttrs (name: _: evalField name) found // freeform))
    else
      mapAttrs (
        name: field:
        if !(defined ? ${name}) then
          field.default
        else if field.isSection then
          sections.${name}.config
        else
          (evalField name).config or field.default
      ) opt.fields
      // configs (withConfig freeform);

  total =
    if copies != [ ] then
      {
        value = { };
        origins = [ ];
        problems = map (fromItself (prefix + opt.pointer) opt.path) copies;
      }
    else if singles.remaining == [ ] && sections == { } && allDeclared then
      {
        value =
          if singles.settings == [ ] then singles.values else singles.values // listToAttrs singles.settings;
        inherit (singles) origins;
        problems = [ ];
      }
    else
      let
        others =
          map (result: result.summary or result) (map evalField singles.remaining ++ attrValues freeform)
          ++ catAttrs "summary" (attrValues sections);
      in
      {
        value = singles.values // listToAttrs (singles.settings ++ catAttrs "setting" others);
        origins = singles.origins ++ concatLists (catAttrs "origins" others);
        problems =
          (if allDeclared || opt.freeform != null then [ ] else unknownKeys opt prefix defs unmatched)
          ++ concatLists (catAttrs "problems" others);
      };
}
