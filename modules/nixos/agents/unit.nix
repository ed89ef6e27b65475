# The systemd unit of an agent.
{ lib }:
let
  inherit (lib)
    mapAttrsToList
    optional
    optionalAttrs
    optionals
    unique
    ;
  inherit (builtins) dirOf;
  inherit (import ../command-line.nix { inherit lib; }) commandLine credential quotePath;
in
name: agent:
let
  inherit (import ./files.nix { inherit lib; } name agent) gate schemaOptions;

  listen = import ../listen.nix { inherit lib; };
  program = lib.getExe' agent.package (agent.package.meta.mainProgram or "confgate");
  runtimeFolder = "/run/${agent.unitName}";

  schema =
    if agent.schema == null then
      builtins.fromJSON (builtins.readFile ../../schema.json)
    else
      ((import ../../schema).load agent.schema agent.schemaMap).schema;
  triggers =
    if agent.bundle == null then
      {
        reloadTriggers = [ ];
        restartTriggers = [ ];
      }
    else
      import ../triggers.nix {
        inherit lib schema;
        reload = true;
      } agent.bundle.config;

  # An option whose arguments reach to the end comes last.
  notify =
    optionals (agent.notify.unit != null) [
      "--reload-unit"
      agent.notify.unit
    ]
    ++ optionals (agent.notify.pidFile != null) [
      "--signal-pid-file"
      agent.notify.pidFile
    ]
    ++ optionals (agent.notify.command != null) ([ "--reload-command" ] ++ agent.notify.command);

  # Folders that the agent writes to, beside its own.
  hasSocket = agent.listen.port == null && agent.listen.socket != null;
  written = [ agent.output.path ] ++ optional hasSocket agent.listen.socket;
  writable = unique (lib.filter (folder: folder != runtimeFolder) (map dirOf written));

  # The process in a file may belong to another user.
  capabilities = if agent.notify.pidFile != null then "CAP_KILL" else "";
in
{
  description = "Config of ${name}, kept current by Confgate";
  # A new version alone does not restart the agent. This line keeps its program in the closure of the unit, and NixOS
  # compares units without it.
  documentation = [ "file:${program}" ];
  wantedBy = [ "multi-user.target" ];
  before = optional (agent.notify.unit != null) agent.notify.unit;

  inherit (triggers) reloadTriggers restartTriggers;

  serviceConfig = {
    Type = "notify-reload";
    ExecStart = commandLine (
      [
        gate
        "agent"
        "--environment"
        agent.environment
      ]
      # Null is an assertion.
      ++ optionals (agent.config != null) [
        "--config"
        agent.config
      ]
      ++ schemaOptions
      ++ [
        "--output"
        agent.output.path
        "--format"
        agent.output.format
        "--mode"
        agent.output.mode
      ]
      ++ listen.arguments "agent" agent
      ++ notify
    );
    Restart = "on-failure";
    RestartSec = 5;

    RuntimeDirectory = agent.unitName;
    RuntimeDirectoryMode = if agent.output.group == null then "0700" else "0750";
    # A service that keeps running while the agent restarts keeps its file.
    RuntimeDirectoryPreserve = true;
    LoadCredential = mapAttrsToList credential (
      agent.secrets
      // optionalAttrs (agent.identity != null) { inherit (agent) identity; }
      // listen.credentials "agent" agent.listen
    );
    UMask = "0077";

    # systemd reloads a unit for its root without any capability.
    AmbientCapabilities = capabilities;
    CapabilityBoundingSet = capabilities;

    RestrictAddressFamilies = [
      "AF_UNIX"
    ]
    ++ optionals (agent.listen.port != null) [
      "AF_INET"
      "AF_INET6"
    ];
  }
  // import ../hardening.nix
  // optionalAttrs (agent.output.group != null) { Group = agent.output.group; }
  // optionalAttrs (writable != [ ]) { ReadWritePaths = map quotePath writable; };
}
