# The folders that the service writes to outside of its own, by the names of the settings that say so.
{ lib, service }:
let
  inherit (lib) filterAttrs hasPrefix;

  state = "/var/lib/${service.name}";
  isOutside = path: hasPrefix "/" path && path != state && !(hasPrefix "${state}/" path);
in
cfg: filterAttrs (_: isOutside) (service.folders cfg.settings)
