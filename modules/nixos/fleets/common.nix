# The options that relays and controllers share.
{
  lib,
  pkgs,
  name,
  kind,
}:
let
  inherit (lib)
    literalExpression
    mkEnableOption
    mkOption
    mkPackageOption
    types
    ;

  packages.confgate = pkgs.confgate or (pkgs.callPackage ../../package.nix { });
in
{
  enable = mkEnableOption "this ${kind}" // {
    default = true;
  };

  package = mkPackageOption packages "confgate" {
    extraDescription = "It needs the feature `fleet`. A service in Rust brings its own program.";
  };

  unitName = mkOption {
    type = types.str;
    default = "confgate-${kind}-${name}";
    readOnly = true;
    description = "Name of the unit, without its suffix.";
  };

  serviceName = mkOption {
    type = types.strMatching "[a-z][a-z0-9-]*";
    default = name;
    defaultText = literalExpression "name";
    description = "Name of the service in the stores.";
  };

  schema = mkOption {
    type = types.nullOr types.path;
    default = null;
    example = literalExpression "./relay.schema.json";
    description = "JSON Schema of the service's config. With `null`, the package is the program of the service, or Confgate with its bundled model.";
  };

  extraArguments = mkOption {
    type = types.listOf types.str;
    default = [ ];
    example = [
      "--log"
      "debug"
    ];
    description = "Further arguments.";
  };
}
