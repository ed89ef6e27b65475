# Properties around the value of an option, processed in the order of nixpkgs' mergeDefinitions:
# mkMerge and mkIf, then mkDefinition, then mkOverride, then mkOrder. A property inside a later one, or
# with an argument of the wrong type, is left in place.
{ filePosition }:
let
  inherit (builtins)
    any
    catAttrs
    concatMap
    head
    isBool
    isFloat
    isInt
    isList
    length
    lessThan
    partition
    sort
    ;

  defaultOrderPriority = 1000;

  # The bound of nixpkgs' filterOverrides: weaker definitions win only when they are alone.
  weakestPriority = 9999;

  isPriority = priority: isInt priority || isFloat priority;

  stripOverride =
    { value, ... }@def:
    if isPriority (value.priority or null) then
      def
      // {
        value = value.content;
        inherit (value) priority;
      }
    else
      def;

  dischargeProperties =
    { value, context, ... }@def:
    if context.hasOverride then
      # A property inside mkOverride stays in place where its definition counts.
      if context ? misplaced then [ (def // { value = context.misplaced; }) ] else [ def ]
    else if !(value ? _type) then
      [ def ]
    else if value._type == "override" then
      [ (stripOverride def) ]
    else if value._type == "if" then
      if !(isBool (value.condition or null)) then
        [ def ]
      else if value.condition then
        dischargeProperties (def // { value = value.content; })
      else
        [ ]
    else if value._type == "merge" then
      if isList (value.contents or null) then
        concatMap (content: dischargeProperties (def // { value = content; })) value.contents
      else
        [ def ]
    else if value._type == "definition" && value ? file && value ? value then
      let
        inner = def // {
          inherit (value) value;
          pos = filePosition context.fileName (toString value.file);
        };
      in
      [ (if inner.value._type or null == "override" then stripOverride inner else inner) ]
    else
      [ def ];

  stripOrder =
    def:
    if def.value ? _type && def.value._type == "order" && isPriority (def.value.priority or null) then
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
    Tests for a number that priorities and orders can be compared with.

    # Type

    ```
    isPriority :: Any -> Bool
    ```
  */
  inherit isPriority;

  /**
    Expands mkMerge, evaluates mkIf, and records the file of mkDefinition and the priority of
    mkOverride. A definition below an mkOverride of its section is returned as it is.

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
