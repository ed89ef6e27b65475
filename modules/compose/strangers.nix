# Names that the schema does not have: elements of a map where it has a place for them, and mistakes where not.
forms:
let
  inherit (builtins)
    attrNames
    filter
    mapAttrs
    ;

  inherit (forms) holding option place;
  inherit (import ../pointer.nix) segment;
  inherit (forms.problems) unknownKey;

  pointerTo = plan: prefix: name: "${prefix}${plan.pointer}/${segment name}";
in
{
  elements =
    plan: prefix: tables:
    mapAttrs (name: _: option plan.element (pointerTo plan prefix name) name (holding name tables));

  unknown =
    plan: prefix: tables: others:
    map (
      name:
      unknownKey (pointerTo plan prefix name) (
        map (place name) (filter (table: table.value ? ${name}) tables)
      )
    ) (attrNames others);
}
