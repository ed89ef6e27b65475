# What can be told to be wrong with the options before anything is built. What is wrong with the settings is the gate's to say.
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
    message = "${option}.group is set and ${option}.user is not: set the user too, or leave both out to have systemd make them";
  }
]
++ concatLists (
  mapAttrsToList (setting: path: [
    {
      assertion = cfg.user != null;
      message = "${option}.settings.${setting} is in ${path}, where the user that systemd makes cannot write: set ${option}.user to one that can, or leave it below /var/lib/${name}";
    }
    {
      assertion = cfg.user == null || !(isHidden path);
      message = "${option}.settings.${setting} is in ${path}, which the sandbox hides from the service: set it to a folder outside of /home, /root, /run/user, /tmp and /var/tmp, such as one below /srv or /var/lib/${name}";
    }
  ]) (foldersOf cfg)
)
