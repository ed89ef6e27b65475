# Defaults of options. A default has
#
#   known           whether the schema may give one
#   byEnvironment   environment to { value }, or to { } without a default there
{ lib, environment }:
let
  inherit (lib)
    any
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
  showDefault = found: if found ? value then "`${pretty found.value}`" else "none";

  enumerate =
    names:
    if length names == 1 then
      head names
    else
      "${concatStringsSep ", " (init names)} and ${last names}";

  own =
    inherited: schema: name:
    if schema ? x-defaults && schema.x-defaults ? ${name} then
      { value = schema.x-defaults.${name}; }
    else if schema ? default then
      { value = schema.default; }
    else
      inherited.byEnvironment.${name} or { };
in
{
  # True if a place has no default in an environment. One that Nix cannot hold is filled in by the gate.
  isLacking =
    inherited: schema:
    !(schema ? x-default-beyond-nix) && any (name: own inherited schema name == { }) names;

  # The default of a place: its own, or the one that a table around it gives.
  of =
    path: inherited: schema: facts:
    {
      inherit path;
      known = schema ? x-defaults || schema ? default || inherited.known or false || facts.optional;
      # The text of a default that Nix cannot hold, which the gate fills in.
      beyondNix = schema.x-default-beyond-nix or null;
      byEnvironment = genAttrs names (
        name:
        let
          found = own inherited schema name;
        in
        if found == { } && facts.optional then { value = null; } else found
      );
    };

  # The part of a table's default that concerns one of its fields.
  within =
    default: name:
    optionalAttrs default.known {
      known = true;
      byEnvironment = mapAttrs (
        _: found:
        optionalAttrs (isAttrs (found.value or null) && found.value ? ${name}) {
          value = found.value.${name};
        }
      ) default.byEnvironment;
    };

  # The attributes of mkOption. `without` has the value of what has no default, if there is one.
  attributes =
    default:
    let
      byEnvironment = mapAttrs (_: found: default.without // found) default.byEnvironment;
      text = name: showDefault byEnvironment.${name};
      texts = unique (map text names);
      differs = length texts > 1;
      # Without differences, documentation does not depend on the environment.
      found = byEnvironment.${if differs then environment else head names};

      # A default that Nix cannot hold is described, and throws when it is read.
      beyondNix = default.beyondNix or null;
      held = map (shown: "${shown} in ${enumerate (filter (name: text name == shown) names)}") (
        filter (shown: shown != "none") texts
      );
    in
    optionalAttrs (default.known || default.without != { }) (
      {
        default =
          found.value
            or (throw "`${concatStringsSep "." default.path}` has no value: it is not defined, and has no default in ${environment}; define it");
      }
      // optionalAttrs differs {
        defaultText = literalMD (
          concatMapStringsSep ", " (
            shown: "${shown} in ${enumerate (filter (name: text name == shown) names)}"
          ) texts
        );
      }
    )
    // optionalAttrs (beyondNix != null) {
      defaultText = literalMD (concatStringsSep ", " (held ++ [ beyondNix ]));
    }
    // optionalAttrs (beyondNix != null && !(byEnvironment.${environment} ? value)) {
      default = throw "`${concatStringsSep "." default.path}` is ${beyondNix} by default, which Nix cannot hold; define it";
    };
}
