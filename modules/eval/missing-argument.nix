# The error for an argument of a module that is used and was not given.
let
  fail = import ../fail.nix;

  # Arguments that modules of NixOS have.
  known = {
    pkgs = "a config has no packages: add `pkgs` to `specialArgs`, or write the path in quotes";
    name = "write the name, or add it to `specialArgs`";
    options = "modules of settings have no `options`: the schema of the service declares them";
    modulesPath = "modules of NixOS do not belong into settings";
    utils = "modules of NixOS do not belong into settings";
    node = "only the modules of a fleet have it; add it to `specialArgs`";
  };
in
/**
  Throws the error for the argument `name`, at its position in the pattern of the function.

  # Type

  ```
  missingArgument :: Position -> String -> a
  ```
*/
position: name:
fail "${position.file}:${toString position.line}:${toString position.column}: argument `${name}` not found: the module uses it, and neither `specialArgs` nor `_module.args` has it
${known.${name} or "add `${name}` to `specialArgs`, or define `_module.args.${name}` in a module"}"
