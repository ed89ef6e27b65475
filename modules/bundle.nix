# Bundles: a config that passed the gate, with its origins and what it was made from.
#
# A derivation has as inputs the binary, what the modules say, and the very files that say it, and neither a stdenv nor a
# shell.
{
  evaluate,
  # The schema's file in the store, when the builder does not have it in itself.
  given ? null,
}:
let
  inherit (builtins) mapAttrs;
  inherit (import ./derive.nix) derive sourcesBelow;

  environments = import ./environment.nix;
in
{
  # One config for one environment.
  mkBundle =
    {
      environment,
      modules,
      confgate,
      name ? environments.lower environment,
      specialArgs ? { },
      # Messages name files from here on.
      root ? "",
      # What the config is rendered as: "toml" or "json".
      format ? "toml",
      # Without it the bundle is built whatever the gate says, for those who check elsewhere.
      check ? true,
      # Warnings that are known and accepted: RULE, or RULE:FIELD for one field. Others refuse the bundle with `denyWarnings`.
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
    derive {
      name = "${name}-bundle";
      inherit confgate;
      command = "bundle";
      request = {
        orders = [
          {
            inherit name format;
            environment = canonical;
            inherit (result) settings origins problems;
          }
        ];
        sources = sourcesBelow root result.files;
        inherit accept check denyWarnings;
        schema = given;
      };
    }
    // {
      inherit (result)
        config
        settings
        origins
        problems
        ;
    };

  # A folder of bundles, a link for each.
  mkConfigs =
    {
      bundles,
      confgate,
      name ? "configs",
    }:
    derive {
      inherit name confgate;
      command = "link";
      request = {
        bundles = mapAttrs (_: bundle: "${bundle}") bundles;
      };
    };
}
