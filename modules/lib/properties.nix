# The functions that modules wrap values in. Names, numbers and `_type` are those of nixpkgs' lib, so
# that a module means the same here and in NixOS. `eval/merge-definitions.nix` evaluates them.
let
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };

  mkOrder = priority: content: {
    _type = "order";
    inherit priority content;
  };

  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };

  setDefaultModuleLocation = file: module: {
    _file = file;
    imports = [ module ];
  };
in
{
  /**
    Gives a definition a priority. The lowest number wins; a definition without one has 100.

    # Type

    ```
    mkOverride :: Int -> a -> Property a
    ```
  */
  inherit mkOverride;

  /**
    Gives a definition the priority 1000, so that every plain definition overrides it.
  */
  mkDefault = mkOverride 1000;

  /**
    Gives a definition the priority 50, so that it overrides every plain definition.
  */
  mkForce = mkOverride 50;

  /**
    Gives a definition the priority of the defaults of the schema (1500): it joins a default that is a
    list or a table, and has to be equal to another one.
  */
  mkOptionDefault = mkOverride 1500;

  /**
    Gives a definition the priority 60, between mkForce and plain definitions.
  */
  mkImageMediaOverride = mkOverride 60;

  /**
    Gives a definition the priority 10, so that it overrides mkForce.
  */
  mkVMOverride = mkOverride 10;

  /**
    Gives a list a position among the definitions of an option: lists are concatenated by rising
    order. A list without one has 1000.

    # Type

    ```
    mkOrder :: Int -> [ a ] -> Property [ a ]
    ```
  */
  inherit mkOrder;

  /**
    Puts a list before those without an order (500).
  */
  mkBefore = mkOrder 500;

  /**
    Puts a list after those without an order (1500).
  */
  mkAfter = mkOrder 1500;

  /**
    Makes definitions depend on a condition, which may read `config`.

    # Type

    ```
    mkIf :: Bool -> a -> Property a
    ```

    # Example

    ```nix
    security = mkIf config.network.enable_tcp { enable_tls = true; };
    ```
  */
  inherit mkIf;

  /**
    Makes definitions depend on an assertion: if it does not hold, evaluation ends with a message.

    # Type

    ```
    mkAssert :: Bool -> String -> a -> Property a
    ```
  */
  mkAssert =
    assertion: message:
    mkIf (if assertion then true else throw "failed assertion: ${message}");

  /**
    Gives a definition the file that messages name for it.

    # Type

    ```
    mkDefinition :: { file :: String; value :: a; } -> Property a
    ```
  */
  mkDefinition = definition@{ file, value, ... }: definition // { _type = "definition"; };

  /**
    Gives a module the file that messages name for it.

    # Type

    ```
    setDefaultModuleLocation :: Path -> Module -> Module
    ```
  */
  inherit setDefaultModuleLocation;

  /**
    Imports a module from a file with a function around it, and names the file in messages.

    # Type

    ```
    importApply :: Path -> a -> Module
    ```
  */
  importApply = file: argument: setDefaultModuleLocation file (import file argument);

  /**
    Joins several definitions in one place.

    # Type

    ```
    mkMerge :: [ a ] -> Property a
    ```

    # Example

    ```nix
    network = mkMerge [
      { listen_port = 8333; }
      (mkIf (environment == "Production") { max_connections = 5000; })
    ];
    ```
  */
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
}
