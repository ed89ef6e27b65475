# flakeModules.default: bundles, fleets and NixOS modules as outputs of a flake that uses flake-parts.
{
  config,
  lib,
  flake-parts-lib,
  self,
  ...
}:
let
  inherit (lib)
    literalExpression
    mapAttrs
    mkOption
    types
    ;

  cfg = config.confgate;
  library =
    if cfg.schema == null then
      import ./. { }
    else if cfg.isModel then
      (import ./. { }).forModel cfg.schema
    else
      (import ./. { }).forSchema cfg.schema;

  # A position in this file would not help the user.
  withoutPositions = mapAttrs (_: value: value);

  # Arguments of a function of the library, which checks their names.
  arguments = types.attrsOf (types.lazyAttrsOf types.raw);
in
{
  _file = ./flake-parts.nix;

  options = {
    confgate.schema = mkOption {
      type = types.nullOr types.path;
      default = null;
      example = literalExpression "./schema.json";
      description = "JSON Schema of the configs. With `null`, it is that of the bundled model.";
    };

    confgate.isModel = mkOption {
      type = types.bool;
      default = false;
      description = ''
        Whether the schema is that of a service in Rust whose own program checks and builds. `perSystem.confgate.package` is
        then the package of the service.
      '';
    };

    confgate.nixosModules = mkOption {
      type = arguments;
      default = { };
      example = literalExpression ''
        {
          clock = {
            title = "Clock";
            arguments = file: [ file ];
          };
        }
      '';
      description = "Arguments of `mkModule`, by the name of the service. Each becomes an output `nixosModules.NAME`.";
    };

    perSystem = flake-parts-lib.mkPerSystemOption (
      { config, pkgs, ... }:
      let
        inherit (config.confgate) package;
        built =
          mapAttrs (
            name: bundle:
            library.mkBundleFor "perSystem.confgate.bundles.${name}" (
              withoutPositions {
                inherit name;
                confgate = package;
                root = self.outPath;
              }
              // bundle
            )
          ) config.confgate.bundles
          // mapAttrs (
            name: fleet:
            library.mkFleetFor "perSystem.confgate.fleets.${name}" (
              withoutPositions {
                confgate = package;
                root = self.outPath;
              }
              // fleet
            )
          ) config.confgate.fleets;
      in
      {
        _file = ./flake-parts.nix;

        options.confgate = {
          package = mkOption {
            type = types.package;
            default = pkgs.confgate or (pkgs.callPackage ./package.nix { });
            defaultText = literalExpression "pkgs.confgate";
            description = "The package of the program that checks and builds.";
          };

          bundles = mkOption {
            type = arguments;
            default = { };
            example = literalExpression ''
              {
                production = {
                  environment = "production";
                  modules = [ ./production.nix ];
                };
              }
            '';
            description = "Arguments of `mkBundle`, by name. Each becomes a package and a check of this name.";
          };

          fleets = mkOption {
            type = arguments;
            default = { };
            description = "Arguments of `mkFleet`, by name. Each becomes a package and a check of this name.";
          };
        };

        config = {
          packages = built;
          checks = built;
        };
      }
    );
  };

  config.flake.nixosModules = mapAttrs (
    name: service: library.mkModule (withoutPositions { inherit name; } // service)
  ) cfg.nixosModules;
}
