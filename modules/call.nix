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
in
{ arguments, given, ... }:
origin: function:
let
  missing = removeAttrs (functionArgs function) given;
  defaulted = filter (name: missing.${name}) (attrNames missing);
  absent =
    name: _:
    throw "the module ${origin} uses the argument `${name}`, which nobody gives it: pass it in specialArgs";
in
if missing == { } then
  function arguments
else
  function (mapAttrs absent (removeAttrs missing defaulted) // arguments)
