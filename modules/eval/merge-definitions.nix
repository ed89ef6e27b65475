# Properties around the value of an option, processed in the order of nixpkgs' mergeDefinitions:
# mkMerge and mkIf, then mkOverride, then mkOrder. A property inside a later one is left in place.
let
  inherit (builtins)
    any
    catAttrs
    concatMap
    head
    length
    lessThan
    partition
    sort
    ;

  defaultOrderPriority = 1000;

  # The bound of nixpkgs' filterOverrides: weaker definitions win only when they are alone.
  weakestPriority = 9999;

  dischargeProperties =
    { value, context, ... }@def:
    if !(value ? _type) || context.hasOverride then
      [ def ]
    else if value._type == "override" then
      [
        (
          def
          // {
            value = value.content;
            inherit (value) priority;
          }
        )
      ]
    else if value._type == "if" then
      if value.condition then dischargeProperties (def // { value = value.content; }) else [ ]
    else if value._type == "merge" then
      concatMap (content: dischargeProperties (def // { value = content; })) value.contents
    else
      [ def ];

  stripOrder =
    def:
    if def.value ? _type && def.value._type == "order" then
      def
      // {
        value = def.value.content;
        order = def.value.priority;
      }
    else
      def;
in
{
  /**
    Expands mkMerge, evaluates mkIf and records the priority of mkOverride. A definition below an
    mkOverride of its section is returned as it is.

    # Type

    ```
    dischargeProperties :: Definition -> [ Definition ]
    ```

    # Example

    ```nix
    dischargeProperties { value = mkMerge [ 1 (mkIf false 2) (mkForce 3) ]; priority = 100; … }
    => [ { value = 1; priority = 100; … } { value = 3; priority = 50; … } ]
    ```
  */
  inherit dischargeProperties;

  /**
    Divides definitions by priority: `right` has those of the lowest number, which win, and `wrong`
    those that they override.

    # Type

    ```
    filterOverrides :: [ Definition ] -> { right :: [ Definition ]; wrong :: [ Definition ]; }
    ```
  */
  filterOverrides =
    defs:
    if length defs < 2 then
      {
        right = defs;
        wrong = [ ];
      }
    else
      let
        highestPrio = head (sort lessThan ([ weakestPriority ] ++ catAttrs "priority" defs));
      in
      partition (def: def.priority == highestPrio) defs;

  /**
    Sorts definitions by mkOrder and strips it. Without any mkOrder the list is returned unsorted.

    # Type

    ```
    sortProperties :: [ Definition ] -> [ Definition ]
    ```
  */
  sortProperties =
    defs:
    if any (def: def.value ? _type) defs then
      sort (a: b: a.order or defaultOrderPriority < b.order or defaultOrderPriority) (map stripOrder defs)
    else
      defs;
}
