# The error for an argument of a module that is used and was not given.
let
  inherit (builtins) attrNames;
  fail = import ../fail.nix;
  inherit (import ../suggest.nix) nearest;

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
  Throws the error for the argument `name`, at its position in the pattern of the function. `given` has the arguments
  that there are.

  # Type

  ```
  missingArgument :: Position -> AttrSet -> String -> a
  ```
*/
position: given: name:
let
  similar = if known ? ${name} then null else nearest (attrNames given) name;
  toAdd = "add `${name}` to `specialArgs`, or define `_module.args.${name}` in a module";
in
fail "${position.file}:${toString position.line}:${toString position.column}: argument `${name}` not found: the module uses it, and neither `specialArgs` nor `_module.args` has it${
  if similar == null then "" else "; did you mean `${similar}`?"
}
${known.${name} or (if similar == null then toAdd else "write `${similar}` in its place; or ${toAdd}")}"
