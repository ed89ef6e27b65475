# Fleets: a bundle for every node, in one derivation and built by one process.
{
  evaluate,
  # The schema as a request names it.
  schemaRequest ? {
    schema = null;
  },
}:
let
  inherit (builtins)
    attrNames
    attrValues
    concatMap
    concatStringsSep
    listToAttrs
    mapAttrs
    ;
  inherit (import ./derivation.nix) mkDerivation sourcesBelow;

  environments = import ./environments.nix;
  formats = import ./formats.nix;

  # Each node becomes a folder of its name.
  isNodeName = name: builtins.match "[a-zA-Z0-9][a-zA-Z0-9._-]*" name != null;
in
{
  /**
    Builds the bundles of all nodes. One rejected node fails the build, and the log has the errors of
    each node under its name.

    The result is a derivation; its attribute `nodes` has the result of `evaluate` for each node.

    # Inputs

    `nodes`

    : For each node its environment, its own modules and its tags

    `confgate`

    : Package of the binary that builds and checks

    `name`

    : Name of the fleet

    `common`

    : Modules of every node

    `tags`

    : Modules of the nodes with a tag, by tag

    `specialArgs`

    : Further arguments of the modules, beside `node.name` and `node.tags`

    `root`

    : The folder below which messages name files relatively

    `format`

    : `"toml"`, `"json"` or `"yaml"`

    `accept`

    : Known warnings of every node, as `RULE` or `RULE:FIELD`

    `denyWarnings`

    : Whether other warnings fail the build

    # Type

    ```
    mkFleet :: {
      nodes :: {
        String :: {
          environment :: String;
          modules :: [ Module ] ? [ ];
          tags :: [ String ] ? [ ];
        };
      };
      confgate :: Derivation;
      name :: String ? "fleet";
      common :: [ Module ] ? [ ];
      tags :: { String :: [ Module ]; } ? { };
      specialArgs :: AttrSet ? { };
      root :: Path | String ? "";
      format :: String ? "toml";
      accept :: [ String ] ? [ ];
      denyWarnings :: Bool ? false;
    } -> Derivation
    ```

    # Example

    ```nix
    mkFleet {
      common = [ ./production.nix ];
      tags.europe = [ ./regions/europe.nix ];
      nodes.ams1 = {
        environment = "Production";
        tags = [ "europe" ];
      };
      root = ./.;
      confgate = pkgs.confgate;
    }
    ```
  */
  mkFleet =
    {
      nodes,
      confgate,
      name ? "fleet",
      common ? [ ],
      tags ? { },
      specialArgs ? { },
      root ? "",
      format ? "toml",
      accept ? [ ],
      denyWarnings ? false,
    }:
    let
      tagModules =
        node: tag:
        tags.${tag}
          or (throw "unknown tag `${tag}` of the node `${node}`: expected one of ${concatStringsSep ", " (attrNames tags)}; add it to `tags`, or correct it");

      evaluated = mapAttrs (
        node:
        {
          environment,
          modules ? [ ],
          tags ? [ ],
        }:
        let
          canonical = environments.parse environment;
        in
        if !(isNodeName node) then
          throw "invalid node name `${node}`: use letters, digits, `.`, `_` and `-`, starting with a letter or digit"
        else
          {
            environment = canonical;
            result = evaluate {
              modules = common ++ concatMap (tagModules node) tags ++ modules;
              environment = canonical;
              specialArgs = specialArgs // {
                node = {
                  name = node;
                  inherit tags;
                };
              };
              inherit root;
            };
          }
      ) nodes;

      files = attrNames (
        listToAttrs (
          concatMap (
            { result, ... }:
            map (file: {
              name = file;
              value = null;
            }) result.files
          ) (attrValues evaluated)
        )
      );
    in
    mkDerivation {
      inherit name confgate;
      command = "fleet";
      request = {
        orders = map (
          node:
          let
            inherit (evaluated.${node}) environment result;
          in
          {
            name = node;
            inherit environment;
            format = formats.parse format;
            inherit (result) settings origins problems;
          }
        ) (attrNames evaluated);
        sources = sourcesBelow root files;
        inherit accept denyWarnings;
      }
      // schemaRequest;
    }
    // {
      nodes = mapAttrs (_: { result, ... }: result) evaluated;
    };
}
