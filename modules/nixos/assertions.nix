# Errors in the options that show before anything is built. The settings are left to the gate.
{ lib, service }:
let
  inherit (lib) concatLists mapAttrsToList;
  inherit (service) name;
  inherit (import ./folders.nix { inherit lib service; }) foldersOf isHidden;

  option = "services.${name}";
in
cfg:
[
  {
    assertion = cfg.group == null || cfg.user != null;
    message = "${option}.group is set without ${option}.user: set the user too, or remove both and let systemd allocate them";
  }
]
++ concatLists (
  mapAttrsToList (setting: path: [
    {
      assertion = cfg.user != null;
      message = "${option}.settings.${setting} is not writable: ${path} is outside of /var/lib/${name}, and the user that systemd allocates cannot write there; set ${option}.user to a user that can, or use a folder below /var/lib/${name}";
    }
    {
      assertion = cfg.user == null || !(isHidden path);
      message = "${option}.settings.${setting} is not visible to the service: the sandbox hides ${path}; use a folder outside of /home, /root, /run/user, /tmp and /var/tmp, such as one below /srv or /var/lib/${name}";
    }
  ]) (foldersOf cfg)
)
