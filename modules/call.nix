# Calls a module function with its arguments. One that nobody gives is an error only where it is used, so that a file may name
# what it has under NixOS.
let
  inherit (builtins)
    attrNames
    filter
    functionArgs
    mapAttrs
    removeAttrs
    ;

  absent =
    origin: missing:
    let
      defaulted = filter (name: missing.${name}) (attrNames missing);
    in
    mapAttrs (
      name: _:
      throw "the module ${origin} uses the argument `${name}`, which nobody gives it: pass it in specialArgs"
    ) (removeAttrs missing defaulted);
in
# `given` are the names of the arguments.
arguments: given: origin: function:
let
  missing = removeAttrs (functionArgs function) given;
in
function (if missing == { } then arguments else absent origin missing // arguments)
