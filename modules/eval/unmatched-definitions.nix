# Names that the schema does not declare: elements of a map when the table is open, problems when not.
{
  activeDefinitionsOf,
  attrPosition,
  escapeSegment,
  evalOptionValue,
  unknownKey,
}:
let
  inherit (builtins) attrNames filter mapAttrs;

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
      unknownKey (pointerTo opt prefix name) (
        map (attrPosition name) (filter (def: def.value ? ${name}) defs)
      )
    ) (attrNames unmatched);
}
