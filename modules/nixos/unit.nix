# The systemd unit of the service.
{
  lib,
  pkgs,
  service,
}:
let
  inherit (lib)
    concatStringsSep
    getExe'
    mapAttrsToList
    optional
    optionalAttrs
    optionals
    replaceStrings
    toUpper
    ;
  inherit (builtins) match toJSON;
  inherit (service)
    arguments
    format
    schemaInStore
    name
    reload
    resolve
    schema
    title
    ;

  folder = "/etc/${name}";
  rendered = "${folder}/config.${format}";
  # In memory, and gone with the service: it holds secrets.
  resolved = "/run/${name}/config.${format}";
  prefix =
    if service.envPrefix != null then
      service.envPrefix
    else
      replaceStrings [ "-" ] [ "_" ] (toUpper name);

  # An argument as systemd reads it: `%` and `$` mean something to it.
  quote =
    argument:
    if match "[A-Za-z0-9_./:=@+,-]+" argument != null then
      argument
    else
      replaceStrings [ "%" "$" ] [ "%%" "$$" ] (toJSON argument);
  line = words: concatStringsSep " " (map quote words);
  credential = secret: path: "${secret}:${replaceStrings [ "%" ] [ "%%" ] path}";

  triggersOf = import ./reload.nix { inherit lib reload schema; };
in
cfg:
let
  # The gate once more, on the machine: with the secrets at hand, and for what was not checked when it was built.
  check = line (
    [
      "${folder}/gate"
      "check"
      "--environment"
      cfg.environment
    ]
    ++ optionals (schemaInStore != null) [
      "--schema"
      "${folder}/schema.json"
    ]
    ++ [ rendered ]
  );
  # The gate, which also writes what it admits, with the secrets in their places.
  write = line (
    [
      "${folder}/gate"
      "agent"
      "--once"
      "--config"
      folder
      "--environment"
      cfg.environment
    ]
    ++ optionals (schemaInStore != null) [
      "--schema"
      "${folder}/schema.json"
      "--service"
      name
    ]
    ++ [
      "--output"
      resolved
      "--format"
      format
    ]
  );
  # A file alone is read as TOML.
  checks = if resolve then [ write ] else optional (format == "toml") check;
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
    ExecStart = line (
      [ (getExe' cfg.package (cfg.package.meta.mainProgram or name)) ] ++ arguments (if resolve then resolved else rendered)
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
