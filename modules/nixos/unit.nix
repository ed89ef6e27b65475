# The systemd unit of the service.
{
  lib,
  pkgs,
  service,
}:
let
  inherit (lib)
    concatMap
    getExe'
    mapAttrsToList
    optionalAttrs
    optionals
    replaceStrings
    toUpper
    ;
  inherit (service)
    arguments
    format
    name
    notify
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

  inherit (import ./command-line.nix { inherit lib; }) commandLine credential;

  triggersOf = import ./triggers.nix { inherit lib reload schema; };

  inherit (import ./gate.nix { inherit lib; }) gateOf;

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
  gate = gateOf cfg;

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

  # systemd before 258 sends the signal of notify-reload before ExecReload ends, but a resolved file has to be written first.
  waitsForReload = notify && reload && !resolve;
in
{
  description = title;
  # The gate runs by its name in /etc, so that a new version alone does not restart the service. This line keeps it in the
  # closure of the unit, and NixOS compares units without it.
  documentation = [ "file:${gate}" ];
  wants = [ "network-online.target" ];
  after = [ "network-online.target" ];
  wantedBy = [ "multi-user.target" ];

  environment = {
    "${prefix}_ENV" = cfg.environment;
    "${prefix}_CONFIG_PATH" = folder;
  };

  inherit (triggersOf cfg.settings) reloadTriggers restartTriggers;

  serviceConfig = {
    Type =
      if waitsForReload then
        "notify-reload"
      else if notify then
        "notify"
      else
        "exec";
    ExecStartPre = checks;
    ExecStart = commandLine (
      [ (getExe' cfg.package (cfg.package.meta.mainProgram or name)) ]
      ++ arguments (if resolve then resolvedFile else configFile)
    );
    # notify-reload sends the signal itself.
    ExecReload = optionals reload (
      checks ++ optionals (!waitsForReload) [ "${getExe' pkgs.coreutils "kill"} -HUP $MAINPID" ]
    );
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
