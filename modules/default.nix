# The flake's `lib`, over the bundled schema or another one.
{
  # A JSON Schema; null for the bundled one.
  schemaFile ? null,
  # Files and directories that stand for the URLs that the schema refers to.
  schemaMap ? { },
  # True if the binary that builds bundles contains the schema, and so also checks the model's rules.
  ownBinary ? false,
}:
let
  inherit (builtins)
    fromJSON
    isAttrs
    isPath
    isString
    pathExists
    readFile
    typeOf
    ;
  fail = import ./fail.nix;
  inherit (import ./nix-types.nix) withArticle;
  loaded =
    if schemaFile == null then
      {
        schema = fromJSON (readFile ./schema.json);
      }
    else
      (import ./schema).load schemaFile schemaMap;
  inherit (loaded) schema;
  evaluate = import ./evaluate.nix { inherit schema; };
  # The builder contains the bundled schema, and a service's own binary that of the service.
  isInBinary = schemaFile == null || ownBinary;
  schemaInStore = if isInBinary then null else loaded.inStore;
  # The documents that the schema refers to, from the path where it is used.
  mapAt = if isInBinary then _: { } else loaded.mapAt;
  inherit (import ./schema/request.nix) toRequest;
  schemaRequest = toRequest { inherit mapAt schemaInStore; };

  inherit (import ./arguments.nix)
    displayName
    kinds
    moduleArguments
    withArguments
    ;

  # This library for the schema in a file, which has to exist.
  withSchema =
    subject: path: arguments:
    if !(isPath path || isString path) then
      fail "${subject}: the schema must be a path, and is ${withArticle (typeOf path)}
write the path of a JSON Schema, such as ${subject} ./schema.json"
    else if !(pathExists path) then
      fail "${subject}: ${displayName "" (toString path)} not found
create it, or correct its name; a flake in git sees only tracked files"
    else
      import ./. (arguments // { schemaFile = path; });
in
{
  evaluate = withArguments "evaluate" {
    required = { inherit (kinds) environment modules; };
    optional = {
      inherit (kinds) root;
      specialArgs = kinds.attrs;
    };
  } evaluate;
  inherit (import ./bundle.nix { inherit evaluate schemaRequest; }) mkBundle mkConfigs;
  inherit
    (import ./fleet.nix {
      inherit schemaRequest;
      evaluation = evaluate;
    })
    mkFleet
    ;
  mkModule = withArguments "mkModule" moduleArguments (
    import ./nixos {
      inherit
        mapAt
        ownBinary
        schema
        schemaInStore
        ;
    }
  );

  /**
    Returns the options of the settings, for nixd and for documentation. They are those of
    `services.NAME.settings`, and the modules of a bundle define them.

    # Inputs

    `lib`

    : nixpkgs' lib

    `environment`

    : The environment whose defaults the options have

    # Type

    ```
    mkOptions :: { lib :: AttrSet; environment :: String ? "Production"; } -> AttrSet
    ```

    # Example

    ```nix
    confgate.lib.mkOptions { inherit (nixpkgs) lib; }
    => { network.listen_port = { _type = "option"; … }; … }
    ```
  */
  mkOptions = withArguments "mkOptions" {
    required.lib = kinds.attrs;
    optional = { inherit (kinds) environment; };
  } (import ./mk-options.nix schema);

  /**
    Returns this library for a service that has a JSON Schema. The binary is Confgate's own, so there
    are no rules between fields. Files beside the schema that it refers to are found. An attribute set
    in place of the file maps the URLs that it refers to as well.

    # Type

    ```
    forSchema :: (Path | { schemaFile :: Path; schemaMap :: { String :: Path; }; })
      -> { evaluate, mkBundle, mkConfigs, mkFleet, mkModule, … }
    ```

    # Example

    ```nix
    (confgate.lib.forSchema ./schema.json).mkBundle {
      environment = "production";
      modules = [ ./config.nix ];
      confgate = pkgs.confgate;
    }
    ```

    ```nix
    confgate.lib.forSchema {
      schemaFile = ./schema.json;
      schemaMap."https://example.net/schemas/" = ./schemas;
    }
    ```
  */
  forSchema =
    file:
    if isAttrs file && !(file ? outPath) then
      withArguments "forSchema" {
        required.schemaFile = kinds.schemaFile;
        optional.schemaMap = kinds.attrs;
      } (arguments: withSchema "forSchema" arguments.schemaFile arguments) file
    else
      # A package with a schema, such as `pkgs.relay.passthru.jsonschema`, stands for its path.
      withSchema "forSchema" (file.outPath or file) { };

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
  forModel = file: withSchema "forModel" file { ownBinary = true; };
}
