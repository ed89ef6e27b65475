# The systemd unit of the service.
{
  lib,
  pkgs,
  service,
}:
let
  inherit (lib)
    concatMap
    concatStringsSep
    getExe'
    mapAttrsToList
    optionalAttrs
    optionals
    replaceStrings
    toUpper
    ;
  inherit (builtins) match toJSON;
  inherit (service)
    arguments
    format
    name
    reload
    resolve
    schema
    schemaDocuments
    schemaInStore
    title
    ;

  folder = "/etc/${name}";
  configFile = "${folder}/config.${format}";
  # With secrets, hence in memory and removed with the service.
  resolvedFile = "/run/${name}/config.${format}";
  prefix =
    if service.envPrefix != null then
      service.envPrefix
    else
      replaceStrings [ "-" ] [ "_" ] (toUpper name);

  # systemd expands `%` and `$` in arguments.
  quote =
    argument:
    if match "[A-Za-z0-9_./:=@+,-]+" argument != null then
      argument
    else
      replaceStrings [ "%" "$" ] [ "%%" "$$" ] (toJSON argument);
  commandLine = words: concatStringsSep " " (map quote words);
  credential = secret: path: "${secret}:${replaceStrings [ "%" ] [ "%%" ] path}";

  triggersOf = import ./triggers.nix { inherit lib reload schema; };

  schemaOptions =
    optionals (schemaInStore != null) [
      "--schema"
      "${folder}/schema.json"
    ]
    ++ concatMap (document: [
      "--schema-map"
      "${document.url}=${folder}/${document.file}"
    ]) schemaDocuments;
in
cfg:
let
  # Checks again on the machine, with the secrets, and in case the build did not check.
  check = commandLine (
    [
      "${folder}/gate"
      "check"
      "--environment"
      cfg.environment
    ]
    ++ schemaOptions
    ++ [ configFile ]
  );
  # Checks, and writes the accepted config with its secrets resolved.
  resolveConfig = commandLine (
    [
      "${folder}/gate"
      "agent"
      "--once"
      "--config"
      folder
      "--environment"
      cfg.environment
    ]
    ++ schemaOptions
    ++ optionals (schemaInStore != null) [
      "--service"
      name
    ]
    ++ [
      "--output"
      resolvedFile
      "--format"
      format
    ]
  );
  checks = [ (if resolve then resolveConfig else check) ];
in
{
  description = title;
  wants = [ "network-online.target" ];
  after = [ "network-online.target" ];
  wantedBy = [ "multi-user.target" ];

  environment = {
    "${prefix}_ENV" = cfg.environment;
    "${prefix}_CONFIG_PATH" = folder;
  };

  inherit (triggersOf cfg.settings) reloadTriggers restartTriggers;

  serviceConfig = {
    Type = "exec";
    ExecStartPre = checks;
    ExecStart = commandLine (
      [ (getExe' cfg.package (cfg.package.meta.mainProgram or name)) ]
      ++ arguments (if resolve then resolvedFile else configFile)
    );
    ExecReload = optionals reload (checks ++ [ "${getExe' pkgs.coreutils "kill"} -HUP $MAINPID" ]);
    Restart = "on-failure";
    RestartSec = 5;
    LoadCredential = mapAttrsToList credential (
      optionalAttrs (cfg.identity != null) { inherit (cfg) identity; } // cfg.secrets
    );
  }
  // optionalAttrs resolve {
    RuntimeDirectory = name;
    RuntimeDirectoryMode = "0700";
  }
  // import ./sandbox.nix { inherit lib service; } cfg;
}
