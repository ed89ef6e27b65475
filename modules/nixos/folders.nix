# The folders that the service writes to outside of its own, by the names of the settings that say so.
{ lib, service }:
let
  inherit (lib) any filterAttrs hasPrefix;

  state = "/var/lib/${service.name}";
  isIn = folder: path: path == folder || hasPrefix "${folder}/" path;
  isOutside = path: hasPrefix "/" path && !(isIn state path);
in
{
  foldersOf = cfg: filterAttrs (_: isOutside) (service.folders cfg.settings);

  # What the sandbox shows the service others of, or nothing.
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
