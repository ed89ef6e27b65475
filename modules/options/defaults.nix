# Defaults of options. A default is what to show, and a value in each environment:
#   known  whether there may be one at all
#   per    environment to { value }, or to { } where there is none
{ lib, environment }:
let
  inherit (lib)
    concatMapStringsSep
    concatStringsSep
    filter
    genAttrs
    head
    init
    isAttrs
    last
    length
    literalMD
    mapAttrs
    optionalAttrs
    unique
    ;
  inherit (lib.generators) toPretty;

  inherit (import ../environments.nix) names;

  pretty = toPretty { multiline = false; };
  shown = found: if found ? value then "`${pretty found.value}`" else "none";

  listed =
    words:
    if length words == 1 then
      head words
    else
      "${concatStringsSep ", " (init words)} and ${last words}";
in
{
  # The default of a place: its own, or that which a table around it gives it.
  of =
    path: inherited: schema: facts:
    let
      own =
        name:
        if schema ? x-defaults && schema.x-defaults ? ${name} then
          { value = schema.x-defaults.${name}; }
        else if schema ? default then
          { value = schema.default; }
        else
          inherited.per.${name} or { };
    in
    {
      inherit path;
      known = schema ? x-defaults || schema ? default || inherited.known or false || facts.optional;
      per = genAttrs names (
        name:
        let
          found = own name;
        in
        if found == { } && facts.optional then { value = null; } else found
      );
    };

  # What the default of a table says of one of its fields.
  within =
    default: name:
    optionalAttrs default.known {
      known = true;
      per = mapAttrs (
        _: found:
        optionalAttrs (isAttrs (found.value or null) && found.value ? ${name}) {
          value = found.value.${name};
        }
      ) default.per;
    };

  # As mkOption takes it.
  attributes =
    default:
    let
      text = name: shown default.per.${name};
      # In the order of the environments.
      texts = unique (map text names);
      differs = length texts > 1;
      # Where all agree, documentation needs not know the environment.
      found = default.per.${if differs then environment else head names};
    in
    optionalAttrs default.known (
      {
        default =
          found.value
            or (throw "`${concatStringsSep "." default.path}` has no default in ${environment}: define it");
      }
      // optionalAttrs differs {
        defaultText = literalMD (
          concatMapStringsSep ", " (
            shown: "${shown} in ${listed (filter (name: text name == shown) names)}"
          ) texts
        );
      }
    );
}
