# Problems found while evaluating, each with its place in the settings (`path`) and its positions in
# the source (`at`). The builder turns them into diagnostics by their `kind`.
{ checkValue }:
let
  inherit (builtins)
    all
    attrValues
    catAttrs
    concatLists
    elemAt
    genList
    groupBy
    head
    length
    ;
in
{
  /**
    A name that the schema does not have.
  */
  unknownKey = path: at: {
    kind = "unknown-key";
    inherit path at;
  };

  /**
    A property that nothing removes, in nixpkgs neither. The order from outside to inside is mkMerge
    and mkIf, mkOverride, mkOrder.
  */
  misplacedProperty = path: property: def: {
    kind = "misplaced";
    mark = property;
    inherit path;
    at = [ def.pos ];
  };

  /**
    Null as an element of a list. TOML has no null, and an element cannot be absent.
  */
  nullInList = path: at: {
    kind = "null-in-list";
    inherit path at;
  };

  /**
    Definitions of equal priority and different values. The values are part of the problem when all
    of them can be carried.
  */
  conflict =
    path: defs:
    let
      checked = map (def: checkValue false def.value) defs;
    in
    {
      kind = "conflict";
      inherit path;
      at = catAttrs "pos" defs;
    }
    // (if all (result: result ? value) checked then { values = catAttrs "value" checked; } else { });

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
