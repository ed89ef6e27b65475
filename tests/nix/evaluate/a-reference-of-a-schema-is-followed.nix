{ load, ... }:
let
  inherit (load "references") schema;
  inherit (schema) properties;
in
{
  actual = [
    properties.nested.properties.level
    properties.id.default
    properties.anchor.default
    properties.encoded
    properties.generic
    properties.file.properties.log
    properties.mapped
    properties.beside
    properties.dynamic.default
    properties.absent
  ];
  expected = [
    { default = "low"; }
    "id"
    "anchor"
    { default = "encoded"; }
    { default = "generic"; }
    { default = "log"; }
    { default = "mapped"; }
    {
      type = "integer";
      default = 8080;
      minimum = 1;
    }
    "anchor"
    { }
  ];
}
