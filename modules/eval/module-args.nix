# The arguments that modules give to each other in `_module.args`.
{
  activeDefinitionsOf,
  definitionsOf,
  dischargeProperties,
  filterOverrides,
  innerDefinition,
  isTable,
  mergeSets,
  pushDownProperties,
}:
let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    filter
    head
    length
    mapAttrs
    ;
  fail = import ../fail.nix;

  at = position: "${position.file}:${toString position.line}:${toString position.column}";

  tablesOf = defs: filter (def: isTable def.value) (concatMap pushDownProperties defs);

  only =
    name: defs:
    if length defs == 1 then
      (head defs).value
    else
      fail "${at (head defs).pos}: the module argument `${name}` is defined ${toString (length defs)} times: at ${
        concatStringsSep " and " (map (def: at def.pos) defs)
      }
remove all but one, or give one priority with lib.mkForce";
in
/**
  Returns the values of `_module.args`, as nixpkgs merges them: of several definitions of an argument the
  strongest counts, and there may be only one of its priority.

  # Type

  ```
  moduleArgs :: [ Definition ] -> { String :: Any; }
  ```
*/
defs:
let
  args = (filterOverrides (activeDefinitionsOf "args" (tablesOf (definitionsOf "_module" (tablesOf defs))))).right;
  inner = filter (def: isTable def.value) (map innerDefinition args);
  ofName =
    name:
    concatMap dischargeProperties (
      map (def: def // { inherit (def.context) priority; }) (definitionsOf name inner)
    );
  found = mapAttrs (name: _: (filterOverrides (ofName name)).right) (mergeSets inner).union;
in
mapAttrs only (removeAttrs found (filter (name: found.${name} == [ ]) (attrNames found)))
