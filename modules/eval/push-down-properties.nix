# Properties around a section, moved to its fields. A condition is evaluated only when one of the
# fields is read, so it may read another field of the same section.
{ isPriority }:
let
  inherit (builtins)
    all
    concatMap
    isAttrs
    isBool
    isInt
    isList
    ;

  # `_type` of a property to the function that makes it.
  functionNames = {
    definition = "mkDefinition";
    "if" = "mkIf";
    merge = "mkMerge";
    order = "mkOrder";
    override = "mkOverride";
  };

  isProperty = value: value ? _type && isAttrs value && functionNames ? ${value._type};
  # The functions of a priority of their own.
  overrideNames = {
    "10" = "mkVMOverride";
    "50" = "mkForce";
    "60" = "mkImageMediaOverride";
    "1000" = "mkDefault";
    "1500" = "mkOptionDefault";
  };
  orderNames = {
    "500" = "mkBefore";
    "1500" = "mkAfter";
  };
  propertyName =
    value:
    let
      ofType = functionNames.${value._type};
      named = if value._type == "override" then overrideNames else orderNames;
    in
    if isInt (value.priority or null) then named.${toString value.priority} or ofType else ofType;

  # nixpkgs processes mkOverride first, so a property inside one is never removed.
  descend =
    def: property: change:
    pushDownProperties (
      def
      // {
        value = property.content;
        context =
          def.context
          // change
          // { bare = false; }
          // (if def.context.hasOverride then { misplaced = def.context.misplaced or (property // { at = def.pos; }); } else { });
      }
    );

  stopAt = def: property: [
    (
      def
      // {
        value = { };
        misplaced = property;
      }
    )
  ];

  byType = {
    merge =
      def: property:
      if isList (property.contents or null) then
        concatMap (
          value:
          pushDownProperties (
            def
            // {
              inherit value;
              merged = property;
            }
          )
        ) property.contents
      else
        stopAt def property;
    # A condition of another type does not hold, and is a problem. Inside mkOverride, mkIf is misplaced
    # whatever its condition is.
    "if" =
      def: property:
      if def.context.hasOverride then
        descend def property { }
      else
        descend (def // { conditions = def.conditions or [ ] ++ [ property ]; }) property {
          active = def.context.active && property.condition or null == true;
        };
    override =
      def: property:
      if isPriority (property.priority or null) then
        descend def property {
          priority = if def.context.hasOverride then def.context.priority else property.priority;
          hasOverride = true;
        }
      else
        stopAt def property;
    order = stopAt;
    definition = stopAt;
  };

  pushDownProperties =
    def: if isProperty def.value then byType.${def.value._type} def def.value else [ def ];

  holdsBool = property: isBool (property.condition or null);
in
{
  /**
    Tests for a definition with a property around it that is a problem.

    # Type

    ```
    hasInvalidProperty :: Definition -> Bool
    ```
  */
  hasInvalidProperty =
    def: def ? misplaced || def ? conditions && !(all holdsBool def.conditions);

  /**
    Tests for a value made by mkIf, mkMerge, mkOrder, mkOverride or mkDefinition.

    # Type

    ```
    isProperty :: Any -> Bool
    ```
  */
  inherit isProperty;

  /**
    Returns the name of the function that made a property.

    # Type

    ```
    propertyName :: Property -> String
    ```

    # Example

    ```nix
    propertyName (mkForce 1)
    => "mkForce"
    ```
  */
  inherit propertyName;

  /**
    Moves the properties around a section into the contexts of the definitions inside. mkMerge gives
    one definition for each of its contents. A property that cannot stand there is recorded as
    `misplaced`. The mkIf around a definition are in `conditions`, since their conditions are checked
    later than they are collected.

    # Type

    ```
    pushDownProperties :: Definition -> [ Definition ]
    ```

    # Example

    ```nix
    pushDownProperties { value = mkIf c { port = 1; }; context = root; … }
    => [ { value = { port = 1; }; context = root // { active = c; bare = false; }; … } ]
    ```
  */
  inherit pushDownProperties;
}
