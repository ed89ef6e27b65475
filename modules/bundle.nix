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

  environments = import ./environments.nix;
  formats = import ./formats.nix;
in
{
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

    # Type

    ```
    mkBundle :: {
      environment :: String;
      modules :: [ Module ];
      confgate :: Derivation;
      name :: String ? environment;
      specialArgs :: AttrSet ? { };
      root :: Path | String ? "";
      format :: String ? "toml";
      check :: Bool ? true;
      accept :: [ String ] ? [ ];
      denyWarnings :: Bool ? false;
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
  mkBundle =
    {
      environment,
      modules,
      confgate,
      name ? environments.toLower environment,
      specialArgs ? { },
      root ? "",
      format ? "toml",
      check ? true,
      accept ? [ ],
      denyWarnings ? false,
    }:
    let
      canonical = environments.parse environment;
      result = evaluate {
        inherit modules specialArgs root;
        environment = canonical;
      };
    in
    mkDerivation {
      name = "${name}-bundle";
      inherit confgate;
      command = "bundle";
      request = {
        orders = [
          {
            inherit name;
            format = formats.parse format;
            environment = canonical;
            inherit (result) settings origins problems;
          }
        ];
        sources = sourcesBelow root result.files;
        inherit accept check denyWarnings;
      }
      // schemaRequest;
    }
    // {
      inherit (result)
        config
        settings
        origins
        problems
        ;
    };

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
  mkConfigs =
    {
      bundles,
      confgate,
      name ? "configs",
    }:
    mkDerivation {
      inherit name confgate;
      command = "link";
      request = {
        bundles = mapAttrs (_: bundle: "${bundle}") bundles;
      };
    };
}
