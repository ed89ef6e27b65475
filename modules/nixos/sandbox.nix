# What the service may do: reach the network, read its config, write to its own folder, and nothing else.
{ lib, service }:
let
  inherit (lib)
    any
    attrNames
    attrValues
    concatMap
    filterAttrs
    optionalAttrs
    replaceStrings
    unique
    ;
  inherit (builtins) match toJSON;
  inherit (service) name schema;
  inherit (import ./folders.nix { inherit lib service; }) foldersOf;

  # As systemd reads a path in a list of them: in quotes, and `%` twice.
  quote =
    path:
    if match "[A-Za-z0-9_./:=@+,-]+" path != null then
      path
    else
      replaceStrings [ "%" ] [ "%%" ] (toJSON path);

  # The fields that carry profiles.
  carriers = attrNames (filterAttrs (_: field: field.x-profiles or false) (schema.properties or { }));
  isMeter =
    profile:
    (profile.when.cpu_above or null) != null || (profile.when.memory_above or null) != null;
in
cfg:
let
  ports = service.ports cfg.settings;
  privileged = any (port: port < 1024) (ports.public or [ ] ++ ports.private or [ ]);
  capabilities = if privileged then "CAP_NET_BIND_SERVICE" else "";

  writable = map quote (unique (attrValues (foldersOf cfg)));

  profiles = concatMap (
    carrier:
    let
      carried = cfg.settings.${carrier} or null;
    in
    if carried == null then [ ] else carried
  ) carriers;
in
{
  # Relative paths of the settings begin here.
  WorkingDirectory = "/var/lib/${name}";
  StateDirectory = name;
  StateDirectoryMode = "0700";
  UMask = "0077";
}
// (
  if cfg.user == null then
    { DynamicUser = true; }
  else
    { User = cfg.user; } // optionalAttrs (cfg.group != null) { Group = cfg.group; }
)
// optionalAttrs (writable != [ ]) { ReadWritePaths = writable; }
// {
  AmbientCapabilities = capabilities;
  CapabilityBoundingSet = capabilities;
  NoNewPrivileges = true;
  RestrictSUIDSGID = true;
  # In a user namespace of its own, a capability says nothing about the machine's ports.
  PrivateUsers = !privileged;

  ProtectSystem = "strict";
  ProtectHome = true;
  PrivateMounts = true;
  PrivateTmp = true;
  PrivateDevices = true;
  DevicePolicy = "closed";
  # How busy the machine is stands in /proc, beside the processes.
  ProcSubset = if any isMeter profiles then "all" else "pid";
  ProtectProc = "invisible";

  ProtectClock = true;
  ProtectControlGroups = true;
  ProtectHostname = true;
  ProtectKernelLogs = true;
  ProtectKernelModules = true;
  ProtectKernelTunables = true;

  LockPersonality = true;
  MemoryDenyWriteExecute = true;
  RemoveIPC = true;
  KeyringMode = "private";
  RestrictNamespaces = true;
  RestrictRealtime = true;
  RestrictAddressFamilies = [
    "AF_INET"
    "AF_INET6"
    "AF_UNIX"
  ]
  ++ service.addressFamilies cfg.settings;
  SystemCallArchitectures = "native";
  SystemCallFilter = [
    "@system-service"
    "~@privileged"
  ];
  SystemCallErrorNumber = "EPERM";
}
