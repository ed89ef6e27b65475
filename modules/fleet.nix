# Fleets: a bundle for every node in one derivation, built by one process.
{
  evaluate,
  given ? null,
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
  inherit (import ./derive.nix) derive sourcesBelow;

  environments = import ./environment.nix;

  # Names of nodes become names of folders.
  isName = name: builtins.match "[a-zA-Z0-9][a-zA-Z0-9._-]*" name != null;
in
{
  mkFleet =
    {
      # What differs between nodes: { NAME = { environment; modules ? [ ]; tags ? [ ]; }; }.
      nodes,
      confgate,
      name ? "fleet",
      # Modules of every node.
      common ? [ ],
      # Modules of the nodes with a tag: { TAG = [ ./module.nix ]; }.
      tags ? { },
      specialArgs ? { },
      root ? "",
      format ? "toml",
      # Warnings that are known and accepted in every node, and whether others refuse the fleet.
      accept ? [ ],
      denyWarnings ? false,
    }:
    let
      tagged =
        node: tag:
        tags.${tag}
          or (throw "the node `${node}` has the tag `${tag}`, which is none of ${concatStringsSep ", " (attrNames tags)}: add it to `tags`, or correct it");

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
        if !(isName node) then
          throw "`${node}` is no name of a node: letters, digits, `.`, `_` and `-`, and a letter or digit first"
        else
          {
            environment = canonical;
            result = evaluate {
              modules = common ++ concatMap (tagged node) tags ++ modules;
              environment = canonical;
              # A module may ask which node it is read for.
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
    derive {
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
            inherit environment format;
            inherit (result) settings origins problems;
          }
        ) (attrNames evaluated);
        sources = sourcesBelow root files;
        inherit accept denyWarnings;
        schema = given;
      };
    }
    // {
      nodes = mapAttrs (_: { result, ... }: result) evaluated;
    };
}
