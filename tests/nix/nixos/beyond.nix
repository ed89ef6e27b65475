# Options of a schema with integers that Nix cannot hold.
let
  inherit (import ./machine.nix) lib;
  inherit ((import ../../../modules/schema).load ../schemas/beyond.json { }) schema;

  evaluated =
    environment:
    lib.evalModules { modules = [ (import ../../../modules/options.nix { inherit environment lib schema; }) ]; };
  inherit (evaluated "Production") config options;
  isThrown = value: !(builtins.tryEval value).success;
in
{
  types = map (name: options.${name}.type.description) [
    "limit"
    "quota"
    "size"
  ];
  texts = map (name: options.${name}.defaultText.text) [
    "limit"
    "quota"
  ];
  thrown = map isThrown [
    config.limit
    config.quota
    config.size
    (evaluated "Testing").config.quota
  ];
}
