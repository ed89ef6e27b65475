# The modules that the configurations of a fleet share. Single configurations do not need this file.
{
  evaluation,
  hasConfigOption,
  hasOptionsOption,
  inline,
  optionTrees,
  sharedArgs,
}:
let
  inherit (builtins)
    attrNames
    filter
    listToAttrs
    ;
  inherit (evaluation)
    besideLibraries
    collectModules
    fileNameBelow
    loadModules
    mergeShared
    modulePosition
    shareModules
    sourceFiles
    ;
  environments = import ./environments.nix;
in
/**
  Loads the modules that several configurations share, and evaluates what is the same for all of them:
  sets, and functions that name neither `config` nor an argument of one configuration.

  # Inputs

  `modules`, `environment`, `root`, `modulesPosition`

  : As those of `evaluate`

  `specialArgs`

  : Further arguments that are the same for all configurations

  `ownArgs`

  : Names of arguments that each configuration has besides

  # Type

  ```
  prepare :: {
    modules :: [ Module ];
    environment :: String;
    specialArgs :: AttrSet ? { };
    ownArgs :: [ String ] ? [ ];
    root :: Path | String ? "";
  } -> Base
  ```
*/
{
  modules,
  environment,
  specialArgs ? { },
  ownArgs ? [ ],
  root ? "",
  modulesPosition ? inline,
}:
let
  options = optionTrees.${environments.parse environment};
  fileName = fileNameBelow root;
  args = sharedArgs environment specialArgs;
  # Records that read other arguments are made for each configuration.
  loadFor =
    shared:
    loadModules { inherit fileName hasConfigOption hasOptionsOption shared; } {
      file = "<inline>";
      key = "shared";
      at = modulesPosition;
    } modules;
  load = loadFor {
    inherit args;
    argNames = attrNames args;
    moduleArgs = {
      values = { };
      defined = { };
    };
    defaults = options.default;
  };

  unknown = listToAttrs (
    map (name: {
      inherit name;
      value = throw "the argument ${name} differs between the configurations of a fleet";
    }) (ownArgs ++ [ "specialArgs" ])
  );
  probe =
    unknown
    // args
    // {
      config = options.default;
    };
  inherit
    (collectModules {
      inherit fileName;
      environment = {
        args = probe;
        argNames = attrNames probe;
        defaults = options.default;
      };
    } load)
    records
    ;
  shared = shareModules (besideLibraries args.lib fileName) records;
  result = mergeShared options shared.definitions;
  origins = listToAttrs (result.summary.origins or [ ]);
in
{
  inherit
    load
    origins
    result
    shared
    ;
  # For messages of an evaluation that throws.
  loadAlone = loadFor null;
  listed = {
    inherit modules;
    at = modulesPosition;
  };
  # Files that were imported exist.
  known = listToAttrs (
    map (record: {
      name = (modulePosition fileName record.file).file;
      value = null;
    }) (filter (record: record.key == record.file) records)
  );
  files = sourceFiles root { } origins [ ];
}
