# Composes modules over a schema and remembers where each value was written, without nixpkgs.
#
#   import ./evaluate.nix { inherit schema; }
#     { modules = [ ./production.nix ]; environment = "Production"; specialArgs = { }; root = ./.; }
#
# It takes two arguments so that what follows from the schema alone is worked out once: give the schema once and call the
# function that comes back for every configuration.
#
#   config    what modules read: every name of the schema, defined or by default; null for what is optional and absent
#   settings  only what was defined and won, ready for builtins.toJSON; what a problem is about is left out
#   origins   JSON Pointer to { set, overridden }, each a list of { file, line, column }
#   problems  everything wrong that shows without knowing types and bounds, sorted by path
#   files     the files that origins and problems name, as far as they are there
{ schema }:
let
  inherit (builtins)
    attrNames
    attrValues
    catAttrs
    concatLists
    concatStringsSep
    filter
    groupBy
    listToAttrs
    pathExists
    removeAttrs
    sort
    stringLength
    substring
    unsafeDiscardStringContext
    ;

  environments = import ./environment.nix;
  secret = import ./secret.nix;
  properties = import ./properties.nix;

  plans = listToAttrs (
    map (environment: {
      name = environment;
      value = import ./plan.nix { inherit environment; } schema;
    }) environments.names
  );

  compose = import ./compose;
  loadWith = import ./load.nix;
  hasConfig = schema.properties or { } ? config;

  # Files below the root by their name there, others by their whole name. What is no file has none: an expression given on
  # the command line has itself as a file, in some versions of Nix.
  namesBelow =
    root:
    let
      path = unsafeDiscardStringContext (toString root);
      folder = if path != "" && substring (stringLength path - 1) 1 path == "/" then path else path + "/";
      length = if path == "" then 0 else stringLength folder;
    in
    file:
    if substring 0 length file == folder then
      substring length (-1) file
    else if substring 0 1 file == "/" then
      file
    else
      null;

  byPath = a: b: if a.path == b.path then a.kind < b.kind else a.path < b.path;

  # A module may call itself what it likes, so not every name is that of a file.
  filesOf =
    root: origins: problems:
    let
      isFile =
        name:
        if substring 0 1 name == "/" then pathExists name else root != "" && pathExists (root + "/${name}");
      written = attrValues origins;
      places = concatLists (
        catAttrs "set" written ++ catAttrs "overridden" written ++ catAttrs "at" problems
      );
    in
    filter isFile (attrNames (removeAttrs (groupBy (place: place.file) places) [ "<inline>" ]));
in
{
  modules,
  environment,
  specialArgs ? { },
  root ? "",
}:
let
  plan =
    plans.${environment}
      or (throw "the environment is one of ${concatStringsSep ", " environments.names}, and not `${environment}`");

  nameOf = namesBelow root;
  load = loadWith {
    inherit hasConfig nameOf;
    arguments = {
      lib = properties;
      inherit config environment secret;
    }
    // specialArgs;
  };
  result = compose plan "" (load modules);

  inherit (result) config;
  settings = result.summary.setting.value or { };
  origins = listToAttrs (result.summary.origins or [ ]);
  problems = sort byPath (result.summary.problems or [ ]);
in
{
  inherit
    config
    settings
    origins
    problems
    ;
  files = filesOf root origins problems;
}
