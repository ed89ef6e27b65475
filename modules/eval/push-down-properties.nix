# Properties around a section, moved to its fields. A condition is evaluated only when one of the
# fields is read, so it may read another field of the same section.
let
  inherit (builtins) concatMap isAttrs;

  # `_type` of a property to the function that makes it.
  functionNames = {
    "if" = "mkIf";
    merge = "mkMerge";
    order = "mkOrder";
    override = "mkOverride";
  };

  isProperty = value: value ? _type && isAttrs value && functionNames ? ${value._type};
  propertyName = value: functionNames.${value._type};

  # nixpkgs processes mkOverride first, so a property inside one is never removed.
  descend =
    def: property: value: change:
    pushDownProperties (
      def
      // {
        inherit value;
        context = def.context // change // { bare = false; };
      }
      // (if def.context.hasOverride then { misplaced = property; } else { })
    );

  byType = {
    merge =
      def: property: concatMap (value: pushDownProperties (def // { inherit value; })) property.contents;
    "if" =
      def: property:
      descend def "mkIf" property.content {
        active = def.context.active && property.condition;
      };
    override =
      def: property:
      descend def "mkOverride" property.content {
        inherit (property) priority;
        hasOverride = true;
      };
    order = def: _: [
      (
        def
        // {
          value = { };
          misplaced = "mkOrder";
        }
      )
    ];
  };

  pushDownProperties =
    def: if isProperty def.value then byType.${def.value._type} def def.value else [ def ];
in
{
  /**
    Tests for a value made by mkIf, mkMerge, mkOrder or mkOverride.

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
    => "mkOverride"
    ```
  */
  inherit propertyName;

  /**
    Moves the properties around a section into the contexts of the definitions inside. mkMerge gives
    one definition for each of its contents. A property that cannot stand there is recorded as
    `misplaced`.

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
