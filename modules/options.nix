# The options of a config, made from its schema with the `lib` of whoever uses them, as a module for `lib.evalModules` or for
# the type of one option:
#
#   import ./options.nix { inherit lib schema; environment = "Production"; }
#
# Names, defaults and the way definitions merge are those of evaluate.nix, so that the same files work under both. Only the
# values of defaults depend on the environment: which options there are and what is documented of them does not.
{
  lib,
  schema,
  environment,
}:
let
  inherit (lib)
    filterAttrs
    mapAttrs
    mkOption
    optionalAttrs
    types
    ;

  read = import ./options/read.nix { inherit lib; };
  defaults = import ./options/defaults.nix { inherit lib environment; };
  describe = import ./options/describe.nix { inherit lib; };
  typeOf = import ./options/types.nix {
    inherit lib read;
    fieldsOf = mapAttrs (name: field [ name ] { });
  };

  # A section is a set of options, so that its fields are weighed one by one; everything else is one option.
  field =
    path: inherited: schema:
    let
      facts = read schema;
      default = defaults.of path inherited schema facts;
    in
    if facts.section then
      mapAttrs (name: field (path ++ [ name ]) (defaults.within default name)) facts.fields
    else
      mkOption (
        {
          type = typeOf facts;
          description = describe.text schema facts;
        }
        // defaults.attributes default
        // describe.example schema facts
      );

  root = read (removeAttrs schema [ "default" ]);
  current = filterAttrs (_: field: !(field.x-retired or false)) root.fields;

  # Names beside the declared ones. A set of options within options cannot be open by itself, so one that is opens the
  # whole, and what does not belong is left to the gate.
  extra =
    if root.sectionsAreOpen then
      types.attrsOf typeOf.anything
    else if root.extra == null then
      null
    else
      types.attrsOf (typeOf.element root);
in
{
  options = mapAttrs (name: field [ name ] { }) current;
}
// optionalAttrs (extra != null) { freeformType = extra; }
