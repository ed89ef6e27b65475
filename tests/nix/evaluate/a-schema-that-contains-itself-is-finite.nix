{ load, ... }:
let
  inherit (load "recursive") schema;
  inherit (schema.properties.other.properties) node;
in
{
  actual = [
    (builtins.attrNames schema.properties)
    (schema.properties.child ? properties)
    (node ? properties)
    (builtins.stringLength (builtins.toJSON schema) > 0)
  ];
  expected = [
    [
      "child"
      "name"
      "other"
    ]
    false
    false
    true
  ];
}
