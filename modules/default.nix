# What the flake exports as `lib`, for the bundled schema or another one.
{
  # A JSON Schema without `$ref`.
  schemaFile ? null,
}:
let
  inherit (builtins) fromJSON readFile;
  schema = fromJSON (readFile (if schemaFile == null then ./schema.json else schemaFile));
  evaluate = import ./evaluate.nix { inherit schema; };
in
{
  inherit evaluate;
  inherit (import ./bundle.nix { inherit evaluate schemaFile; }) mkBundle mkConfigs;
  inherit (import ./fleet.nix { inherit evaluate schemaFile; }) mkFleet;

  # The same for a service with its own schema.
  forSchema = file: import ./. { schemaFile = file; };
}
