# The options of services.confgate.agents.NAME.
{
  config,
  lib,
  name,
  options,
  pkgs,
  ...
}:
let
  inherit (lib)
    literalExpression
    mkEnableOption
    mkOption
    mkPackageOption
    types
    ;

  inherit (import ../../formats.nix) names;

  option = "services.confgate.agents.${name}";
  folder = "/etc/confgate/${name}";

  packages.confgate = pkgs.confgate or (pkgs.callPackage ../../package.nix { });
in
{
  options = {
    enable = mkEnableOption "this agent" // {
      default = true;
    };

    package = mkPackageOption packages "confgate" {
      extraDescription = "It needs the feature `agent`.";
    };

    unitName = mkOption {
      type = types.str;
      default = "confgate-agent-${name}";
      readOnly = true;
      description = "Name of the unit, without its suffix, for `after` and `wants` of other units.";
    };

    serviceName = mkOption {
      type = types.strMatching "[a-z][a-z0-9-]*";
      default = name;
      defaultText = literalExpression "name";
      description = ''
        Name of the service in metrics. In capitals, it is the prefix of the environment variables of the config.
      '';
    };

    schema = mkOption {
      type = types.nullOr types.path;
      default = null;
      example = literalExpression "./relay.schema.json";
      description = ''
        JSON Schema of the config. With `null`, the package is the program of the service, or Confgate with its bundled
        model, and knows the schema itself.
      '';
    };

    schemaMap = mkOption {
      type = types.attrsOf types.path;
      default = { };
      description = "Files and directories that stand for the URLs that the schema refers to.";
    };

    environment = mkOption {
      type = import ../environment-type.nix { inherit lib; };
      default = "Production";
      description = "The environment of the service. It selects the defaults of the config.";
    };

    settings = mkOption {
      type = types.nullOr types.deferredModule;
      default = null;
      example = literalExpression "{ imports = [ ./relay.nix ]; }";
      description = ''
        The config as modules, as `mkBundle` takes them. It is checked when the machine is built. With `null`, the agent
        loads the folder or file of `${option}.config`.
      '';
    };

    config = mkOption {
      type = types.nullOr types.externalPath;
      default = if config.settings == null then null else folder;
      defaultText = literalExpression ''if settings == null then null else "/etc/confgate/${name}"'';
      example = "/var/lib/relay/current";
      description = ''
        The config file, or the folder of a bundle or of configs, such as the link that `confgate deploy` switches.
      '';
    };

    checkConfig = mkOption {
      type = types.bool;
      default = true;
      description = "Whether settings that the gate rejects fail the build of the machine.";
    };

    secrets = mkOption {
      type = types.attrsOf types.externalPath;
      default = { };
      example = {
        TOKEN = "/run/secrets/relay-token";
      };
      description = ''
        Files with the secrets that the config refers to, by the names of the secrets. systemd passes them to the agent as
        credentials when it starts.
      '';
    };

    identity = mkOption {
      type = types.nullOr types.externalPath;
      default = null;
      description = "The file with the key for sealed values of the config (`encrypted:…`).";
    };

    output = {
      path = mkOption {
        type = types.externalPath;
        default = "/run/${config.unitName}/config.${config.output.format}";
        defaultText = literalExpression ''"/run/confgate-agent-''${name}/config.''${output.format}"'';
        description = ''
          The file that the service reads. It has the secrets in their places, so it belongs in memory. The folder of the
          default is the runtime directory of the agent, and is kept while the agent restarts.
        '';
      };
      format = mkOption {
        type = types.enum names;
        default = "toml";
        description = "Format of the file.";
      };
      mode = mkOption {
        type = types.strMatching "0[0-7]{3}";
        default = if config.output.group == null then "0600" else "0640";
        defaultText = literalExpression ''if output.group == null then "0600" else "0640"'';
        description = "Permissions of the file, in octal digits.";
      };
      group = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "relay";
        description = "Group of the file, which may read it.";
      };
    };

    notify = {
      unit = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "relay.service";
        description = "Unit that is reloaded after each change of the file. It starts after the agent.";
      };
      pidFile = mkOption {
        type = types.nullOr types.externalPath;
        default = null;
        example = "/run/relay/pid";
        description = "File with the id of the process that gets SIGHUP after each change of the file.";
      };
      command = mkOption {
        type = types.nullOr (types.nonEmptyListOf types.str);
        default = null;
        example = [
          "/run/current-system/sw/bin/relayctl"
          "reload"
        ];
        description = "Command that is run after each change of the file, with its arguments.";
      };
    };

    # Set by the module itself.

    bundle = mkOption {
      type = types.nullOr types.package;
      internal = true;
      readOnly = true;
      default =
        if config.settings == null then
          null
        else
          (import ../../. {
            schemaFile = config.schema;
            inherit (config) schemaMap;
          }).mkBundle
            {
              inherit name;
              inherit (config) environment;
              # From the definitions, so that errors name the file, line and column of one.
              modules = map (definition: {
                _file = definition.file;
                imports = [ definition.value ];
              }) options.settings.definitionsWithLocations;
              specialArgs = { inherit lib; };
              confgate = config.package;
              check = config.checkConfig;
            };
      description = "The bundle of the settings.";
    };
  }
  // (import ../listen.nix { inherit lib; }).options {
    inherit option;
    inherit (config) listen unitName;
    kind = "agent";
    pages = "`/metrics`, `/health` and `/config`";
    content = "the config, without secrets";
    forGroup = ", for the group of the output";
    examplePort = 9464;
  };
}
