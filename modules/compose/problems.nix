# The problems that composing finds, each with the place in the settings and the places in the source.
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

  inherit (import ./values.nix) judge;
in
{
  unknownKey = path: at: {
    kind = "unknown-key";
    inherit path at;
  };

  # A mark where nothing takes it off, as nixpkgs does not either: the order is mkMerge and mkIf, mkOverride, mkOrder.
  misplaced = path: mark: definition: {
    kind = "misplaced";
    inherit path mark;
    at = [ definition.at ];
  };

  nullInList = path: at: {
    kind = "null-in-list";
    inherit path at;
  };

  # Definitions that cannot all hold. Their values are told when each is short.
  conflict =
    path: definitions:
    let
      verdicts = map (definition: judge false definition.value) definitions;
    in
    {
      kind = "conflict";
      inherit path;
      at = catAttrs "at" definitions;
    }
    // (
      if all (verdict: verdict ? value) verdicts then { values = catAttrs "value" verdicts; } else { }
    );

  # Values that cannot be carried: one problem of each kind, with all its places.
  unfit =
    path: definitions: verdicts:
    let
      faults = concatLists (
        genList (
          index:
          let
            verdict = elemAt verdicts index;
          in
          if verdict ? problem then
            [ (verdict.problem // { inherit (elemAt definitions index) at; }) ]
          else
            [ ]
        ) (length verdicts)
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
