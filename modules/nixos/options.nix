# The options of services.NAME.
{
  lib,
  pkgs,
  service,
}:
let
  inherit (lib)
    literalExpression
    mkEnableOption
    mkOption
    mkPackageOption
    types
    ;
  inherit (service)
    name
    ownBinary
    schema
    title
    ;

  secret = import ../secret.nix;

  # The package of the service by its name, as mkPackageOption reads it.
  packages.${name} =
    if service.package != null then
      service.package pkgs
    else
      pkgs.${name}
        or (throw "services.${name}.package has no default: pkgs.${name} not found; set the option to the package, or to null for the checked config without the service");
in
cfg: {
  enable = mkEnableOption "the ${title}";

  package = mkPackageOption packages name {
    nullable = true;
    extraDescription = "It has the program of the ${title}. With `null`, the checked config is installed and no service runs.";
  };

  environment = mkOption {
    type = import ./environment-type.nix { inherit lib; };
    default = "Production";
    example = "Staging";
    description = ''
      The environment of the service. It selects the defaults of the settings, and some rules apply in Production only.
    '';
  };

  settings = mkOption {
    type = types.submoduleWith {
      modules = [
        (
          { _file = toString ./options.nix; }
          // import ../options.nix {
            inherit lib schema;
            inherit (cfg) environment;
          }
        )
      ];
      specialArgs = cfg.specialArgs // {
        inherit secret;
        inherit (cfg) environment;
      };
    };
    default = { };
    example = literalExpression ''
      {
        imports = [ ./production.nix ];
      }
    '';
    description = ''
      The config of the ${title}. Modules can be imported here. Their arguments are `lib`, `config` (the settings),
      `environment` and `secret`, and those of `services.${name}.specialArgs`; `secret "NAME"` refers to the content of the file `services.${name}.secrets.NAME`.
    '';
  };

  specialArgs = mkOption {
    type = types.lazyAttrsOf types.raw;
    default = { };
    example = literalExpression "{ inherit inputs; }";
    description = ''
      Further arguments of the modules of the settings, as `mkBundle` takes them. `imports` may depend on them. `lib` is
      nixpkgs' lib unless it is set here.
    '';
  };

  secrets = mkOption {
    type = types.attrsOf types.externalPath;
    default = { };
    example = {
      DB_PASSWORD = "/run/secrets/db-password";
    };
    description = ''
      Files with the secrets that the settings refer to, by the names of the secrets. systemd reads them as root when the
      service starts, and passes them to the service as credentials.
    '';
  };

  identity = mkOption {
    type = types.nullOr types.externalPath;
    default = null;
    example = "/etc/${name}.key";
    description = ''
      The file with the key for sealed values of the settings (`encrypted:…`), as written by `confgate keygen`. systemd
      reads it like the secrets.
    '';
  };

  checkConfig = mkOption {
    type = types.bool;
    default = true;
    description = ''
      Whether a config that the gate rejects fails the build of the machine. Without it, the config is checked only when
      the service starts and before it reloads.
    '';
  };

  accept = mkOption {
    type = types.listOf types.str;
    default = [ ];
    example = [ "secrets/likely-secret:app.name" ];
    description = ''
      Known warnings that the gate does not report, as the name of a rule, or as `RULE:FIELD`.
    '';
  };

  confgatePackage = mkOption {
    type = types.package;
    default =
      if ownBinary then cfg.package else pkgs.confgate or (pkgs.callPackage ../package.nix { });
    defaultText = literalExpression (
      if ownBinary then "config.services.${name}.package" else "pkgs.confgate"
    );
    description = ''
      The package of the gate, which builds the config, and checks it again on the machine. A new version alone does not
      restart the service.
    '';
  };

  openFirewall = mkOption {
    type = types.bool;
    default = false;
    description = "Whether to open the public ports of the service in the firewall.";
  };

  user = mkOption {
    type = types.nullOr types.str;
    default = null;
    example = name;
    description = ''
      The user that the service runs as. With `null`, systemd allocates one while the service runs (`DynamicUser`). The
      user `${name}` is created by this module; any other user has to be defined elsewhere.
    '';
  };

  group = mkOption {
    type = types.nullOr types.str;
    default = null;
    example = name;
    description = "The group that the service runs as, if `services.${name}.user` is set; by default the group of that user.";
  };
}
