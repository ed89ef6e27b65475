# Sets in a list of modules that are not modules themselves, such as properties around one.
{
  constant,
  emptyRecord,
  fromAttrs,
  invalid,
}:
let
  inherit (builtins) isAttrs removeAttrs;
in
/**
  Loads a set with a type, or a package.

  # Type

  ```
  fromTypedAttrs :: Parent -> String -> AttrSet -> Environment -> Record
  ```
*/
parent: key: entry:
let
  type = entry._type or "";
  isProperty = type == "if" || type == "override";
in
if type == "module" then
  fromAttrs parent.file key (removeAttrs entry [ "_type" ])
else if type == "merge" || isProperty && isAttrs (invalid.contentOf entry) then
  constant (
    emptyRecord
    // {
      inherit key;
      inherit (parent) file;
      pos = parent.at;
      config = entry;
      faults = [ ];
    }
  )
else if isProperty then
  _: invalid.property parent key entry
else if type == "flake" || entry ? outPath then
  _: invalid.flake parent key
else
  _: invalid.typedSet parent key type
