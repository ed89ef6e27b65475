# Functions of nixpkgs' lib that declare options. Settings have none to declare.
let
  fail = import ../fail.nix;

  declare =
    name:
    fail "lib.${name} declares options of NixOS, and settings have none to declare
remove it: the schema of the service declares the settings, and a module only gives their values";
in
{
  mkEnableOption = declare "mkEnableOption";
  mkOption = declare "mkOption";
  mkPackageOption = declare "mkPackageOption";
  types = declare "types";
  evalModules = declare "evalModules";
}
