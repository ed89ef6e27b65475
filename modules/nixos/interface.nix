# What services.NAME can be told.
{
  lib,
  pkgs,
  service,
}:
let
  inherit (lib)
    hasPrefix
    isString
    literalExpression
    mergeEqualOption
    mkEnableOption
    mkOption
    mkOptionType
    types
    ;
  inherit (service)
    name
    ownBinary
    schema
    title
    ;

  environments = import ../environments.nix;
  secret = import ../secret.nix;

  # A path literal would be copied to the store, where everyone can read it.
  pathOutsideStore = mkOptionType {
    name = "pathOutsideStore";
    description = "absolute path, in quotes, outside of the Nix store";
    descriptionClass = "noun";
    check = path: isString path && hasPrefix "/" path && !(hasPrefix builtins.storeDir path);
    merge = mergeEqualOption;
  };
in
cfg: {
  enable = mkEnableOption "the ${title}";

  package = mkOption {
    type = types.nullOr types.package;
    default =
      if service.package != null then
        service.package pkgs
      else
        pkgs.${name}
          or (throw "services.${name}.package: pkgs has no ${name}; set the option to its package, or to null to have the checked config without the service");
    defaultText = literalExpression "pkgs.${name}";
    description = ''
      The package that has the program of the ${title}. With `null`, the checked config is put in place and no service runs.
    '';
  };

  environment = mkOption {
    type = types.enum environments.names;
    default = "Production";
    example = "Staging";
    description = ''
      Where the service runs. The defaults of the settings depend on it, and some rules hold in Production alone.
    '';
  };

  settings = mkOption {
    type = types.submoduleWith {
      modules = [
        (
          { _file = toString ./interface.nix; }
          // import ../options.nix {
            inherit lib schema;
            inherit (cfg) environment;
          }
        )
      ];
      specialArgs = {
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
      The config of the ${title}. Modules may be imported here and are schemaInStore `lib`, `config` (the settings), `environment` and
      `secret`; `secret "NAME"` stands for the content of the file `services.${name}.secrets.NAME`.
    '';
  };

  secrets = mkOption {
    type = types.attrsOf pathOutsideStore;
    default = { };
    example = {
      DB_PASSWORD = "/run/secrets/db-password";
    };
    description = ''
      Files with the secrets that the settings refer to, by the names that they refer to them by. systemd reads them when
      the service starts, as root, and shows them to the service alone, in its credentials.
    '';
  };

  identity = mkOption {
    type = types.nullOr pathOutsideStore;
    default = null;
    example = "/etc/${name}.key";
    description = ''
      The file with the key that opens sealed values of the settings (`encrypted:…`), as `confgate keygen` writes it. systemd
      reads it as it reads the secrets.
    '';
  };

  checkConfig = mkOption {
    type = types.bool;
    default = true;
    description = ''
      Whether a config that the gate refuses fails the build of the machine. Without it, the config is checked only when
      the service starts and before it reloads.
    '';
  };

  accept = mkOption {
    type = types.listOf types.str;
    default = [ ];
    example = [ "secrets/likely-secret:app.name" ];
    description = ''
      Warnings of the gate that are known and accepted: by the name of a rule, or of a rule and a field.
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
      The package of the gate: it builds the config, and checks it once more on the machine. Another one alone restarts
      nothing.
    '';
  };

  openFirewall = mkOption {
    type = types.bool;
    default = false;
    description = "Whether to open the ports in the firewall that other machines reach the service on.";
  };

  user = mkOption {
    type = types.nullOr types.str;
    default = null;
    example = name;
    description = ''
      The user that the service runs as. With `null`, systemd makes one while it runs (`DynamicUser`); the user `${name}` is
      created here, any other one elsewhere.
    '';
  };

  group = mkOption {
    type = types.nullOr types.str;
    default = null;
    example = name;
    description = "The group that the service runs as, when `services.${name}.user` is set; by default that of the user.";
  };
}
