# Names that the schema does not declare: elements of a map when the table is open, problems when not.
{
  activeDefinitionsOf,
  attrPosition,
  definitionsOf,
  escapeSegment,
  evalOptionValue,
  isTable,
  mergeSets,
  moduleWord,
  notATable,
  pushDownProperties,
  similarWord,
  unknownKey,
}:
let
  inherit (builtins)
    attrNames
    concatMap
    filter
    mapAttrs
    removeAttrs
    ;

  withName = name: filter (def: def.value ? ${name});

  # Of `_module`, settings have `_module.args` alone.
  unknownModuleOptions =
    defs:
    let
      all = concatMap pushDownProperties (definitionsOf "_module" defs);
      tables = filter (def: isTable def.value) all;
      args = concatMap pushDownProperties (definitionsOf "args" tables);
      wrongIn = filter (def: !(isTable def.value));
      notTables = path: wrong: if wrong == [ ] then [ ] else [ (notATable path wrong) ];
    in
    notTables "/_module" (wrongIn all)
    ++ notTables "/_module/args" (wrongIn args)
    ++ map (
      name:
      unknownKey "/_module/${escapeSegment name}" (moduleWord true "_module") (
        map (attrPosition name) (withName name tables)
      )
    ) (attrNames (removeAttrs (mergeSets tables).union [ "args" ]));

  wordOn =
    opt: name:
    let
      word = moduleWord (opt.isRoot or false) name;
    in
    if word == null && opt.isRoot or false then similarWord (attrNames opt.fields) name else word;

  pointerTo = opt: prefix: name: "${prefix}${opt.pointer}/${escapeSegment name}";
in
{
  /**
    Evaluates the undeclared names of an open table as options of its freeform type.

    # Type

    ```
    evalFreeform :: OptionNode -> String -> [ Definition ] -> AttrSet -> { String :: Result; }
    ```
  */
  evalFreeform =
    opt: prefix: defs:
    mapAttrs (
      name: _:
      evalOptionValue opt.freeform (pointerTo opt prefix name) name (activeDefinitionsOf name defs)
    );

  /**
    Returns a problem for each undeclared name, whether its conditions hold or not.

    # Type

    ```
    unknownKeys :: OptionNode -> String -> [ Definition ] -> AttrSet -> [ Problem ]
    ```
  */
  unknownKeys =
    opt: prefix: defs: unmatched:
    map (
      name:
      unknownKey (pointerTo opt prefix name) (wordOn opt name) (
        map (attrPosition name) (withName name defs)
      )
    ) (attrNames unmatched)
    ++ (if opt.isRoot or false then unknownModuleOptions defs else [ ]);
}
