# Problems found while evaluating, each with its place in the settings (`path`) and its positions in
# the source (`at`). The builder turns them into diagnostics by their `kind`.
{
  checkValue,
  isPriority,
  propertyName,
}:
let
  inherit (builtins)
    all
    attrNames
    attrValues
    catAttrs
    concatLists
    concatMap
    concatStringsSep
    elemAt
    filter
    genList
    groupBy
    head
    isAttrs
    isBool
    isList
    isPath
    isString
    length
    partition
    toJSON
    typeOf
    unsafeGetAttrPos
    ;

  inherit (import ../nix-types.nix) withArticle;

  # The argument of a property that decides on its effect, if it has the wrong type.
  wrongArgument =
    property:
    let
      wrong = argument: expected: value: {
        inherit argument expected;
        found = withArticle (typeOf value);
      };
      byType = {
        "if" =
          if isBool (property.condition or null) then
            null
          else
            wrong "condition" "a boolean" (property.condition or null);
        merge =
          if isList (property.contents or null) then
            null
          else
            wrong "argument" "a list of definitions" (property.contents or null);
        override =
          if isPriority (property.priority or null) then
            null
          else
            wrong "priority" "a number" (property.priority or null);
        order =
          if isPriority (property.priority or null) then
            null
          else
            wrong "order" "a number" (property.priority or null);
      };
    in
    byType.${property._type} or null;

  placeIn =
    def: value:
    let
      names = if isAttrs value && !(value ? _type) then attrNames value else [ ];
      places = filter (place: place.line != 0) (map (placeIn def) value.contents);
      found = if names == [ ] then null else unsafeGetAttrPos (head names) value;
      file = def.context.fileName found.file;
    in
    if def.pos.line != 0 then
      def.pos
    else if value ? content then
      placeIn def value.content
    else if isList (value.contents or null) then
      if places == [ ] then def.pos else head places
    else if found == null || file == null then
      def.pos
    else
      found // { inherit file; };

  invalidModule = position: message: help: {
    kind = "module";
    path = "";
    inherit message help;
    at = [ position ];
  };

  invalidProperty =
    path: def: property:
    let
      wrong = wrongArgument property;
    in
    {
      mark = propertyName property;
      inherit path;
      at = [ (property.at or (placeIn def property)) ];
    }
    // (if wrong == null then { kind = "misplaced"; } else { kind = "property-argument"; } // wrong);
in
{
  /**
    A name that the schema does not have. `hint` is a sentence about a name that has a meaning
    elsewhere, or null.
  */
  unknownKey =
    path: hint: at:
    {
      kind = "unknown-key";
      inherit path at;
    }
    // (if hint == null then { } else { inherit hint; });

  /**
    A property with an argument of the wrong type, or one that nothing removes, in nixpkgs neither. The
    order from outside to inside is mkMerge and mkIf, mkDefinition, mkOverride, mkOrder.

    # Type

    ```
    invalidProperty :: String -> Definition -> Property -> Problem
    ```
  */
  inherit invalidProperty;

  /**
    Returns the position of a definition. A property around a whole module has none, but what is in it
    may have one.

    # Type

    ```
    placeIn :: Definition -> Any -> Position
    ```
  */
  inherit placeIn;

  /**
    The problems of the properties around the tables of a place.

    # Type

    ```
    invalidProperties :: String -> [ Definition ] -> [ Problem ]
    ```
  */
  invalidProperties =
    path:
    concatMap (
      def:
      (if def ? misplaced then [ (invalidProperty path def def.misplaced) ] else [ ])
      ++ concatMap (
        property:
        if isBool (property.condition or null) then [ ] else [ (invalidProperty path def property) ]
      ) (def.conditions or [ ])
    );

  /**
    Leaves out what says the same again: a property around a section concerns each of its fields.

    # Type

    ```
    withoutRepeats :: [ Problem ] -> [ Problem ]
    ```
  */
  withoutRepeats =
    problems:
    let
      parts = partition (problem: problem.kind == "misplaced") problems;
    in
    if length parts.right < 2 then
      problems
    else
      parts.wrong ++ map head (attrValues (groupBy (problem: toJSON problem.at) parts.right));

  /**
    Values in the place of a section.
  */
  notATable = path: defs: {
    kind = "not-a-table";
    inherit path;
    found = withArticle (typeOf (head defs).value);
    at = catAttrs "pos" defs;
  };

  /**
    A value in the place of the settings of a module, which are the root.
  */
  notAModule =
    def:
    let
      isMerged = def ? merged;
      found = withArticle (typeOf def.value);
    in
    invalidModule (if isMerged then placeIn def def.merged else def.pos)
      "a module has ${found} ${if isMerged then "in mkMerge " else ""}where its settings belong"
      (
        if isPath def.value || isString def.value then
          "import the file unconditionally, and put mkIf around its content: `imports` cannot have conditions"
        else
          "write a set, such as { network.listen_port = 8333; }"
      );

  /**
    A section that is computed from its own value, as in `network = config.network // { … }`.
  */
  fromItself = path: names: def: {
    kind = "module";
    inherit path;
    message = "${concatStringsSep "." names} is computed from its own value in `config`";
    help = "define only the fields that differ: the definitions of all modules are merged";
    at = [ def.pos ];
  };

  /**
    A mistake in the structure of modules. Its text is not about a place in the settings.

    # Type

    ```
    invalidModule :: Position -> String -> String -> Problem
    ```
  */
  inherit invalidModule;

  /**
    Null as an element of a list. TOML has no null, and an element cannot be absent.
  */
  nullInList = path: at: {
    kind = "null-in-list";
    inherit path at;
  };

  /**
    Definitions of equal priority and different values. The values are part of the problem when all
    of them can be carried. One of the definitions may be the default.
  */
  conflict =
    path: defs:
    let
      parts = partition (def: def ? isDefault) defs;
      checked = map (def: checkValue false def.value) parts.wrong;
    in
    {
      kind = "conflict";
      inherit path;
      at = catAttrs "pos" parts.wrong;
    }
    // (if all (result: result ? value) checked then { values = catAttrs "value" checked; } else { })
    // (if parts.right == [ ] then { } else { withDefault = true; });

  /**
    Values that cannot be carried: one problem for each kind, with all its positions.

    # Inputs

    `path`

    : JSON Pointer of the option

    `defs`

    : Definitions of the option

    `checked`

    : Result of `checkValue` for each of `defs`
  */
  invalidValues =
    path: defs: checked:
    let
      faults = concatLists (
        genList (
          index:
          let
            result = elemAt checked index;
          in
          if result ? problem then
            [ (result.problem // { at = (elemAt defs index).pos; }) ]
          else
            [ ]
        ) (length checked)
      );
    in
    map (
      same:
      head same
      // {
        inherit path;
        at = catAttrs "at" same;
      }
    ) (attrValues (groupBy (fault: fault.kind) faults));
}
