# The flake's `lib`, over the bundled schema or another one.
{
  # A JSON Schema; null for the bundled one.
  schemaFile ? null,
  # Files and directories that stand for the URLs that the schema refers to.
  schemaMap ? { },
  # True if the binary that builds bundles contains the schema, and so also checks the model's rules.
  ownBinary ? false,
  # The schema with the documents that it refers to.
  loaded ?
    if schemaFile == null then
      {
        schema = builtins.fromJSON (builtins.readFile ./schema.json);
      }
    else
      (import ./schema).load schemaFile schemaMap,
}:
let
  inherit (builtins)
    isAttrs
    mapAttrs
    removeAttrs
    seq
    ;
  inherit (import ./under.nix) callUnless guard;
  fileProblem = import ./schema/file-problem.nix;
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
    listedAt
    moduleArguments
    placeOf
    withArguments
    ;

  # This library for the schema in a file. A syntax error in it is reported under its name.
  withSchema =
    place: subject: path: arguments:
    let
      name = displayName "" (toString path);
      problem = fileProblem (displayName "") path;
      loaded = (import ./schema).load path (arguments.schemaMap or { });
    in
    callUnless
      {
        subject = "${place}${subject}: ${name}";
        first = "it must be a JSON Schema";
        second = "docs/nix.md of Confgate describes functions";
        search = _: null;
      }
      (
        if problem == null then
          seq loaded.schema null
        else
          "${place}${subject}: ${problem.text}\n${problem.help}"
      )
      (import ./.)
      (
        arguments
        // {
          schemaFile = path;
          inherit loaded;
        }
      );
in
{
  evaluate = withArguments "evaluate" {
    required = { inherit (kinds) environment modules; };
    optional = {
      inherit (kinds) root;
      specialArgs = kinds.attrs;
    };
  } (
    arguments:
    let
      result = evaluate arguments;
    in
    result
    // mapAttrs (
      _:
      guard {
        subject = "the result of evaluate";
        first = "its environment is ${arguments.environment}";
        second = "its modules are listed ${listedAt (arguments.root or "") "modules" arguments}";
        inherit (result) search;
      }
    ) { inherit (result) config settings origins problems; }
  );
  inherit (import ./bundle.nix { inherit evaluate schemaRequest; }) mkBundle mkBundleFor mkConfigs;
  inherit
    (import ./fleet.nix {
      inherit schemaRequest;
      evaluation = evaluate;
    })
    mkFleet
    mkFleetFor
    ;
  mkModule = withArguments "mkModule" moduleArguments (
    arguments:
    if arguments ? schemaFile then
      (withSchema (placeOf "" arguments "schemaFile") "mkModule" arguments.schemaFile { schemaMap = arguments.schemaMap or { }; }).mkModule (
        removeAttrs arguments [
          "schemaFile"
          "schemaMap"
        ]
      )
    else
      import ./nixos {
        inherit
          mapAt
          ownBinary
          schema
          schemaInStore
          ;
      } arguments
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
    required.lib = kinds.moduleLib;
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
        optional.schemaMap = kinds.schemaMap;
      } (arguments: withSchema (placeOf "" arguments "schemaFile") "forSchema" arguments.schemaFile arguments) file
    else
      # A package with a schema, such as `pkgs.relay.passthru.jsonschema`, stands for its path.
      withSchema "" "forSchema" (file.outPath or file) { };

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
  forModel = file: withSchema "" "forModel" file { ownBinary = true; };
}
