# What the flake exports as `lib`, for the bundled schema or another one.
{
  # A JSON Schema without `$ref`, when it is not the bundled one.
  schemaFile ? null,
  # Whether the binary that builds bundles has the model behind the schema: then it also runs the model's rules.
  ownBinary ? false,
}:
let
  inherit (builtins) fromJSON readFile;
  schema = fromJSON (readFile (if schemaFile == null then ./schema.json else schemaFile));
  evaluate = import ./evaluate.nix { inherit schema; };
  # What a builder must be told of the schema.
  given = if schemaFile == null || ownBinary then null else builtins.path { path = schemaFile; };
in
{
  inherit evaluate;
  inherit (import ./bundle.nix { inherit evaluate given; }) mkBundle mkConfigs;
  inherit (import ./fleet.nix { inherit evaluate given; }) mkFleet;
  mkModule = import ./nixos { inherit schema given ownBinary; };

  # The same for a service that has a JSON Schema.
  forSchema = file: import ./. { schemaFile = file; };

  # The same for a service in Rust whose own binary checks and builds: the schema is what its `schema` command prints.
  forModel =
    file:
    import ./. {
      schemaFile = file;
      ownBinary = true;
    };
}
