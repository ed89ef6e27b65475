# The flake's `lib`, over the bundled schema or another one.
{
  # A JSON Schema without `$ref`; null for the bundled one.
  schemaFile ? null,
  # True if the binary that builds bundles contains the schema, and so also checks the model's rules.
  ownBinary ? false,
}:
let
  inherit (builtins) fromJSON readFile;
  schema = fromJSON (readFile (if schemaFile == null then ./schema.json else schemaFile));
  evaluate = import ./evaluate.nix { inherit schema; };
  # The builder contains the bundled schema, and a service's own binary that of the service.
  schemaInStore =
    if schemaFile == null || ownBinary then null else builtins.path { path = schemaFile; };
in
{
  inherit evaluate;
  inherit (import ./bundle.nix { inherit evaluate schemaInStore; }) mkBundle mkConfigs;
  inherit (import ./fleet.nix { inherit evaluate schemaInStore; }) mkFleet;
  mkModule = import ./nixos { inherit ownBinary schema schemaInStore; };

  /**
    Returns this library for a service that has a JSON Schema. The binary is Confgate's own, so there
    are no rules between fields.

    # Type

    ```
    forSchema :: Path -> { evaluate, mkBundle, mkConfigs, mkFleet, mkModule, … }
    ```

    # Example

    ```nix
    (confgate.lib.forSchema ./schema.json).mkBundle {
      environment = "production";
      modules = [ ./config.nix ];
      confgate = pkgs.confgate;
    }
    ```
  */
  forSchema = file: import ./. { schemaFile = file; };

  /**
    Returns this library for a service in Rust whose own binary checks and builds. The file is the
    output of the binary's `schema` command.

    # Type

    ```
    forModel :: Path -> { evaluate, mkBundle, mkConfigs, mkFleet, mkModule, … }
    ```

    # Example

    ```nix
    (confgate.lib.forModel ./schema.json).mkBundle {
      environment = "production";
      modules = [ ./config.nix ];
      confgate = pkgs.greeter;
    }
    ```
  */
  forModel =
    file:
    import ./. {
      schemaFile = file;
      ownBinary = true;
    };
}
