# The modules of one configuration over those that its fleet shares. Fields that they do not define have
# the shared results; the definitions of the others are put together and evaluated.
{
  activeDefinitionsOf,
  definitionsOf,
  emptySection,
  evalOptionValue,
  evalSection,
  evalSingleDefinitions,
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
    length
    listToAttrs
    mapAttrs
    removeAttrs
    sort
    ;

  # In the order of their modules.
  inOrder = sort (a: b: a.context.rank < b.context.rank);

  overlaySection =
    opt: prefix: shared: defs:
    let
      merged = mergeSets defs;
      defined = merged.union;
      found = intersectAttrs opt.options defined;
      inherit (shared) table;

      sections = mapAttrs (
        name: section:
        let
          own = definitionsOf name defs;
        in
        if table.sections ? ${name} then
          overlaySection section prefix table.sections.${name} own
        else
          evalSection section prefix own
      ) (intersectAttrs defined opt.sections);

      evalField =
        name:
        let
          own = activeDefinitionsOf name defs;
        in
        evalOptionValue opt.fields.${name} prefix name (
          if table.definitions ? ${name} then inOrder (table.definitions.${name} ++ own) else own
        );

      singles = evalSingleDefinitions opt prefix defs found (
        merged.repeated // intersectAttrs found table.defined
      );

      count = length (attrValues defined);
      # A copy of `config` has all fields.
      isPlain =
        shared.isUsable
        && all isBareTable defs
        && singles.count + length (attrValues sections) == count
        && count < opt.fieldCount;

      config =
        table.config
        // mapAttrs (
          name: field: if field.isSection then sections.${name}.config else (evalField name).config or field.default
        ) (intersectAttrs defined opt.fields);

      others =
        map (result: result.summary or result) (map evalField singles.remaining)
        ++ catAttrs "summary" (attrValues sections);
      value =
        if singles.remaining == [ ] && sections == { } then
          table.value // singles.values // listToAttrs singles.settings
        else
          removeAttrs table.value (singles.remaining ++ attrNames sections)
          // singles.values
          // listToAttrs (singles.settings ++ catAttrs "setting" others);
      problems = concatLists (catAttrs "problems" others);
      untouchedProblems = concatLists (
        attrValues (removeAttrs table.problemsOf (attrNames defined))
      );

      whole = evalSection opt prefix (inOrder (shared.defs ++ defs));
    in
    {
      config = if isPlain then config else whole.config;
      summary =
        if !isPlain then
          whole.summary // { dropped = shared.pointers; }
        else
          let
            empty =
              if value == { } then
                emptySection opt prefix (inOrder (shared.defs ++ defs))
              else
                { origins = [ ]; };
          in
          {
            origins = empty.origins ++ singles.origins ++ concatLists (catAttrs "origins" others);
            # The shared definitions may be an empty set, which has an origin of its own.
            dropped =
              (if table.value == { } then [ (prefix + opt.pointer) ] else [ ])
              ++ concatLists (
                attrValues (intersectAttrs found table.pointers) ++ catAttrs "dropped" others
              );
            problems = if table.problems == [ ] then problems else untouchedProblems ++ problems;
            ${if value == { } && !(empty ? setting) then null else "setting"} = {
              inherit (opt) name;
              inherit value;
            };
          };
    };
in
/**
  Evaluates the definitions of a section over shared ones. The summary has the origins of the definitions
  alone, and in `dropped` the pointers of the shared origins that they replace.

  # Type

  ```
  overlaySection :: OptionNode -> String -> SharedResult -> [ Definition ] -> Result
  ```
*/
overlaySection
