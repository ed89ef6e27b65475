# Bundles: a config that passed the gate, with its origins and what it was made from.
#
# The builder is the confgate binary, with no stdenv and no shell. A derivation has as inputs the binary, what the modules
# say, and the very files that say it, each a store path of its own: an edit elsewhere in the sources rebuilds nothing.
{
  evaluate,
  # The schema's file, when it is not the bundled one: the builder reads it.
  schemaFile ? null,
}:
let
  inherit (builtins)
    elemAt
    length
    listToAttrs
    map
    match
    path
    replaceStrings
    split
    substring
    toJSON
    unsafeDiscardStringContext
    ;

  environments = import ./environment.nix;

  # The request is a file, because a large config does not fit into a variable, and no structured attributes, because Nix
  # 2.8 gives a builder without bash a wrong path to them.
  derive =
    {
      name,
      confgate,
      command,
      request,
    }:
    derivation {
      inherit name;
      inherit (confgate) system;
      builder = "${confgate}/bin/confgate";
      args = [ command ];
      request = toJSON request;
      passAsFile = [ "request" ];
    };

  baseName =
    file:
    let
      parts = split "/" file;
    in
    elemAt parts (length parts - 1);

  # Names in the store know fewer characters than names of files.
  storeName =
    file:
    let
      name = replaceStrings [ " " "@" "~" "," "(" ")" ] [ "-" "-" "-" "-" "-" "-" ] (baseName file);
    in
    if match "[a-zA-Z0-9+_?=-][a-zA-Z0-9+._?=-]*" name == null then "source" else name;

  sourceOf = root: file: {
    name = file;
    value = path {
      path = if substring 0 1 file == "/" then unsafeDiscardStringContext file else root + "/${file}";
      name = storeName file;
    };
  };
in
{
  # One node's config for one environment.
  mkBundle =
    {
      environment,
      modules,
      confgate,
      name ? environments.lower environment,
      specialArgs ? { },
      # Messages name files from here on.
      root ? "",
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
        inherit name;
        environment = canonical;
        inherit (result) settings origins problems;
        schema = if schemaFile == null then null else path { path = schemaFile; };
        sources = listToAttrs (map (sourceOf root) result.files);
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
        bundles = builtins.mapAttrs (_: bundle: "${bundle}") bundles;
      };
    };
}
