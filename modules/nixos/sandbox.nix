# The sandbox of the service: it can use the network, read its config and write to its own folder.
{ lib, service }:
let
  inherit (lib)
    any
    attrNames
    attrValues
    concatMap
    filterAttrs
    optionalAttrs
    unique
    ;
  inherit (service) name schema;
  inherit (import ./folders.nix { inherit lib service; }) foldersOf;
  inherit (import ./command-line.nix { inherit lib; }) quotePath;

  # Fields of the settings that hold profiles.
  profileFields = attrNames (
    filterAttrs (_: field: field.x-profiles or false) (schema.properties or { })
  );
  readsMachineLoad =
    profile:
    (profile.when.cpu_above or null) != null || (profile.when.memory_above or null) != null;
in
cfg:
let
  ports = service.ports cfg.settings;
  privileged = any (port: port < 1024) (ports.public or [ ] ++ ports.private or [ ]);
  capabilities = if privileged then "CAP_NET_BIND_SERVICE" else "";

  writable = map quotePath (unique (attrValues (foldersOf cfg)));

  profiles = concatMap (
    field:
    let
      value = cfg.settings.${field} or null;
    in
    if value == null then [ ] else value
  ) profileFields;
in
{
  # Relative paths in the settings start here.
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
// import ./hardening.nix
// {
  AmbientCapabilities = capabilities;
  CapabilityBoundingSet = capabilities;
  # A capability in a user namespace of the service does not cover the ports of the machine.
  PrivateUsers = !privileged;

  # The load of the machine is in /proc outside of the process folders.
  ProcSubset = if any readsMachineLoad profiles then "all" else "pid";
  ProtectProc = "invisible";
  RestrictAddressFamilies = [
    "AF_INET"
    "AF_INET6"
    "AF_UNIX"
  ]
  ++ service.addressFamilies cfg.settings;
}
