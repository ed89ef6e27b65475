# What can be told to be wrong with the options before anything is built. What is wrong with the settings is the gate's to say.
{ lib, service }:
let
  inherit (lib) mapAttrsToList;
  inherit (service) name;

  option = "services.${name}";
  foldersOf = import ./folders.nix { inherit lib service; };
in
cfg:
[
  {
    assertion = cfg.group == null || cfg.user != null;
    message = "${option}.group is set and ${option}.user is not: set the user too, or leave both out to have systemd make them";
  }
]
++ mapAttrsToList (setting: path: {
  assertion = cfg.user != null;
  message = "${option}.settings.${setting} is in ${path}, where the user that systemd makes cannot write: set ${option}.user to one that can, or leave it below /var/lib/${name}";
}) (foldersOf cfg)
