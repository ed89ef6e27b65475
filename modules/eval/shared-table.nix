# What the configurations of a fleet share: the results of the modules that are the same for all of them,
# field by field, and their definitions, which those of one configuration may override. It is computed
# once, so it evaluates each field on its own.
{
  activeDefinitionsOf,
  definitionsOf,
  emptySection,
  evalOptionValue,
  evalSection,
  isBareTable,
  mergeSets,
}:
let
  inherit (builtins)
    all
    attrNames
    attrValues
    catAttrs
    concatLists
    intersectAttrs
    listToAttrs
    mapAttrs
    removeAttrs
    ;

  sharedSection =
    opt: prefix: defs:
    let
      table = sharedTable opt prefix defs;
      # Others are evaluated with the definitions of each configuration.
      isUsable = all isBareTable defs && removeAttrs table.defined (attrNames opt.fields) == { };
      plain = evalSection opt prefix defs;
    in
    {
      inherit defs isUsable table;
      pointers = catAttrs "name" (
        if isUsable then concatLists (attrValues table.origins) else plain.summary.origins or [ ]
      );
      config = if isUsable then table.config else plain.config;
      summary =
        if !isUsable then
          plain.summary
        else
          let
            empty = if table.value == { } then emptySection opt prefix defs else { origins = [ ]; };
          in
          {
            inherit (table) problems;
            origins = empty.origins ++ concatLists (attrValues table.origins);
            ${if table.value == { } && !(empty ? setting) then null else "setting"} = {
              inherit (opt) name;
              inherit (table) value;
            };
          };
    };

  sharedTable =
    opt: prefix: defs:
    let
      defined = (mergeSets defs).union;
      found = intersectAttrs opt.options defined;
      definitions = mapAttrs (name: _: activeDefinitionsOf name defs) found;
      options = mapAttrs (name: evalOptionValue opt.fields.${name} prefix name) definitions;
      sections = mapAttrs (name: section: sharedSection section prefix (definitionsOf name defs)) (
        intersectAttrs defined opt.sections
      );
      results = options // sections;
      summaries = mapAttrs (_: result: result.summary or result) results;
      problems = mapAttrs (_: summary: summary.problems or [ ]) summaries;
      origins = mapAttrs (_: summary: summary.origins or [ ]) summaries;
    in
    {
      inherit defined definitions sections;
      config = mapAttrs (name: field: results.${name}.config or field.default) opt.fields;
      value = listToAttrs (catAttrs "setting" (attrValues summaries));
      # By the name of the field.
      inherit origins;
      pointers = mapAttrs (_: catAttrs "name") origins;
      problemsOf = problems;
      problems = concatLists (attrValues problems);
    };
in
/**
  Evaluates the shared definitions of a section.

  # Type

  ```
  sharedSection :: OptionNode -> String -> [ Definition ] -> SharedResult
  ```
*/
sharedSection
