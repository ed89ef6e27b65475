# Bundles: configs that passed the gate, with their origins and a manifest. The inputs of a bundle are
# the binary, the settings and the files that define them.
{
  evaluate,
  # The schema as a request names it.
  schemaRequest ? {
    schema = null;
  },
}:
let
  inherit (builtins) mapAttrs;
  inherit (import ./derivation.nix) mkDerivation sourcesBelow;
  inherit (import ./arguments.nix)
    kinds
    libArgs
    listedAt
    placeOf
    positionIn
    schemaElsewhere
    withArguments
    ;

  inherit (import ./under.nix) guard;

  environments = import ./environments.nix;

  bundleArguments = {
    required = {
      inherit (kinds) environment modules;
      confgate = kinds.package;
    };
    optional = {
      inherit (kinds) format lib root;
      name = kinds.storeName;
      specialArgs = kinds.attrs;
      check = kinds.bool;
      accept = kinds.accepted;
      denyWarnings = kinds.bool;
      withSchema = kinds.bool;
    };
    elsewhere = name: _: (schemaElsewhere "mkBundle").${name} or null;
  };
  linkArguments = {
    required = {
      inherit (kinds) bundles;
      confgate = kinds.package;
    };
    optional = {
      name = kinds.storeName;
    };
    elsewhere =
      name: value:
      if value ? outPath then
        "name the bundles in `bundles`, as in bundles.${name} = ${name};"
      else
        null;
  };
in
rec {
  /**
    Builds one config for one environment. A config that the gate rejects fails the build, with the
    file, line and column of each error.

    The result is a derivation with the attributes `config`, `settings`, `origins` and `problems` of
    `evaluate`.

    # Inputs

    `environment`

    : One of the four environments, in any accepted spelling

    `modules`

    : The modules of the config

    `confgate`

    : Package of the binary that builds and checks

    `name`

    : Name of the bundle, by default that of the environment

    `lib`

    : The `lib` of the modules, such as that of nixpkgs, in place of Confgate's own

    `specialArgs`

    : Further arguments of the modules

    `root`

    : The folder below which messages name files relatively

    `format`

    : `"toml"`, `"json"` or `"yaml"`

    `check`

    : Whether errors fail the build

    `accept`

    : Known warnings, as `RULE` or as `RULE:FIELD` for one field

    `denyWarnings`

    : Whether other warnings fail the build

    `withSchema`

    : Whether the bundle holds its schema, and its config names it in the first line, so that editors help

    # Type

    ```
    mkBundle :: {
      environment :: String;
      modules :: [ Module ];
      confgate :: Derivation;
      name :: String ? environment;
      lib :: AttrSet ? (Confgate's own);
      specialArgs :: AttrSet ? { };
      root :: Path | String ? "";
      format :: String ? "toml";
      check :: Bool ? true;
      accept :: [ String ] ? [ ];
      denyWarnings :: Bool ? false;
      withSchema :: Bool ? false;
    } -> Derivation
    ```

    # Example

    ```nix
    mkBundle {
      environment = "production";
      modules = [ ./production.nix ];
      root = ./.;
      confgate = pkgs.confgate;
    }
    ```
  */
  mkBundle = mkBundleFor "mkBundle";

  /**
    Returns `mkBundle` for a function or a module that calls it for its user: messages about arguments name `subject` in its place.

    # Type

    ```
    mkBundleFor :: String -> AttrSet -> Derivation
    ```
  */
  mkBundleFor = subject: withArguments subject bundleArguments (
    arguments:
    let
      given = {
        root = "";
        format = "toml";
        check = true;
        accept = [ ];
        denyWarnings = false;
        withSchema = false;
        name = environments.toLower given.environment;
      }
      // arguments;
      inherit (given)
        accept
        check
        confgate
        denyWarnings
        format
        modules
        name
        root
        withSchema
        ;
      environment = environments.parse given.environment;
      result = evaluate {
        inherit environment modules root;
        specialArgs = libArgs given // given.specialArgs or { };
        modulesPosition = positionIn root "modules" arguments;
      };
      evaluating = {
        subject = "the bundle `${name}`";
        first = "its environment is ${environment}";
        second = "its modules are listed ${listedAt root "modules" arguments}";
        inherit (result) search;
        fallback = "${placeOf root arguments "modules"}the bundle `${name}` cannot be evaluated";
      };
    in
    mkDerivation {
      name = "${name}-bundle";
      inherit confgate evaluating;
      command = "bundle";
      request = {
        orders = [
          {
            inherit name format environment;
            inherit (result) settings origins problems;
          }
        ];
        sources = sourcesBelow root result.files;
        inherit accept check denyWarnings;
        ${if withSchema then "withSchema" else null} = true;
      }
      // schemaRequest;
    }
    // mapAttrs (_: guard evaluating) {
      inherit (result)
        config
        settings
        origins
        problems
        ;
    }
  );

  /**
    Builds a folder with a link to each of several bundles.

    # Inputs

    `bundles`

    : Bundles by the name of their link

    `confgate`

    : Package of the binary

    `name`

    : Name of the folder

    # Type

    ```
    mkConfigs :: {
      bundles :: { String :: Derivation; };
      confgate :: Derivation;
      name :: String ? "configs";
    } -> Derivation
    ```

    # Example

    ```nix
    mkConfigs {
      bundles = { inherit production staging; };
      confgate = pkgs.confgate;
    }
    ```
  */
  mkConfigs = withArguments "mkConfigs" linkArguments (
    arguments:
    let
      given = {
        name = "configs";
      }
      // arguments;
    in
    mkDerivation {
      inherit (given) confgate name;
      command = "link";
      request = {
        bundles = mapAttrs (_: bundle: "${bundle}") given.bundles;
      };
      evaluating = {
        subject = "the folder of bundles `${given.name}`";
        first = "it has a link to each bundle";
        second = "its bundles are ${builtins.concatStringsSep ", " (builtins.attrNames given.bundles)}";
        search = _: null;
      };
    }
  );
}
