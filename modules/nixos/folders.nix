# Folders outside of /var/lib/NAME that the service writes to, by the names of the settings.
{ lib, service }:
let
  inherit (lib) any filterAttrs hasPrefix;

  stateFolder = "/var/lib/${service.name}";
  isIn = folder: path: path == folder || hasPrefix "${folder}/" path;
  isOutside = path: hasPrefix "/" path && !(isIn stateFolder path);
in
{
  foldersOf = cfg: filterAttrs (_: isOutside) (service.folders cfg.settings);

  # ProtectHome and PrivateTmp hide these folders or replace them by empty ones.
  isHidden =
    path:
    any (folder: isIn folder path) [
      "/home"
      "/root"
      "/run/user"
      "/tmp"
      "/var/tmp"
    ];
}
