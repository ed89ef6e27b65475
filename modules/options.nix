# Options for nixpkgs' module system, made from a schema: a module for `lib.evalModules`, or for the
# type of one option.
#
#   import ./options.nix { inherit lib schema; environment = "Production"; }
#
# Names, defaults and merging are those of evaluate.nix, so the same files work with both. Only the
# values of defaults depend on the environment: the set of options and their documentation do not.
{
  lib,
  schema,
  environment,
}:
let
  inherit (lib)
    elem
    filterAttrs
    mapAttrs
    mkOption
    optionalAttrs
    types
    ;

  schemaFacts = import ./options/schema-facts.nix { inherit lib; };
  defaults = import ./options/defaults.nix { inherit lib environment; };
  descriptions = import ./options/descriptions.nix { inherit lib; };
  typeOf = import ./options/types.nix {
    inherit lib schemaFacts;
    toOptions = facts: mapAttrs (name: toOption [ name ] { } (isAbsent false facts name)) facts.fields;
  };

  # True if the schema lets a field be absent, or the table around it.
  isAbsent =
    around: facts: name:
    around || !(elem name facts.required);

  # A section is a set of options, so priorities are compared field by field. Everything else is one
  # option.
  toOption =
    path: inherited: mayBeAbsent: schema:
    let
      given = schemaFacts schema;
      isLacking =
        mayBeAbsent && !given.optional && given.empty == { } && defaults.isLacking inherited schema;
      # Null without definitions, for modules and for all that reads the settings.
      facts = given // {
        mayBeAbsent = isLacking;
      };
      without =
        if isLacking then
          { value = null; }
        else if schema ? x-default-beyond-nix then
          { }
        else
          given.empty;
      default = defaults.of path inherited schema facts;
    in
    if facts.section then
      mapAttrs (
        name: toOption (path ++ [ name ]) (defaults.within default name) (isAbsent mayBeAbsent facts name)
      ) facts.fields
    else
      mkOption (
        {
          type = typeOf facts;
          description = descriptions.text schema facts;
        }
        // defaults.attributes (default // { inherit without; })
        // descriptions.example schema facts
      );

  root = schemaFacts (removeAttrs schema [ "default" ]);
  current = filterAttrs (_: field: !(field.x-retired or false)) root.fields;

  # A set of options inside options cannot have a freeform type. An open section therefore opens the
  # root, and the gate reports names that do not belong there.
  freeformType =
    if root.sectionsAreOpen then
      types.attrsOf typeOf.anything
    else if root.extra == null then
      null
    else
      types.attrsOf (typeOf.element root);
in
{
  options = mapAttrs (name: toOption [ name ] { } (isAbsent false root name)) current;
}
// optionalAttrs (freeformType != null) { inherit freeformType; }
