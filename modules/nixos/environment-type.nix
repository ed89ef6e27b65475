# The type of an environment in the spellings that mkBundle takes. All spellings are one value, so definitions in different
# spellings agree.
{ lib }:
let
  inherit (lib) attrNames types;

  environments = import ../environments.nix;
in
types.coercedTo (types.enum (attrNames environments.spellings)) environments.parse (
  types.enum environments.names
)
// {
  description = "one of \"Development\", \"Testing\", \"Staging\", \"Production\", in any spelling that `mkBundle` takes, such as \"prod\"";
}
