# From records of modules to their definitions.
{
  besideLibraries,
  moduleArgs,
  moduleFile,
  rootContext,
}:
let
  inherit (builtins)
    catAttrs
    concatLists
    concatMap
    elem
    elemAt
    filter
    genList
    genericClosure
    intersectAttrs
    length
    listToAttrs
    ;

  # The records of all modules, without those that are disabled. A module that is disabled itself still
  # disables others, as in nixpkgs.
  closure =
    env: roots:
    let
      everything = genericClosure {
        startSet = roots;
        operator = record: record.importsIn env;
      };
      disabled = concatLists (catAttrs "disabledModules" everything);
      isEnabled = record: !(elem record.key disabled);
    in
    if disabled == [ ] then
      everything
    else
      genericClosure {
        startSet = filter isEnabled roots;
        operator = record: filter isEnabled (record.importsIn env);
      };
in
/**
  Collects the definitions of modules and of all that they import.

  The result is ordered as in nixpkgs: imported modules before the importing one, and of two in one
  list the later one first. A module with the same key as an earlier one is left out.

  # Inputs

  `fileName`

  : From the path of a file to its displayed name, or null

  `environment`

  : Arguments of module functions: `args`, `argNames` and `defaults`

  `shared`

  : The keys of the records that the configurations of a fleet share, and the result of their
    definitions. If the modules have the same ones, `overShared` is true, and `own` has the definitions of the
    others

  `modules`

  : From an environment to records

  # Type

  ```
  collectModules :: { fileName :: String -> String | Null; environment :: AttrSet; shared :: Shared ? null; }
    -> (Environment -> [ Record ]) -> { definitions :: [ Definition ]; faults :: [ Problem ]; … }
  ```
*/
{
  fileName,
  environment,
  shared ? null,
}:
modules:
let
  collect =
    defined:
    let
      env = environment // {
        moduleArgs = {
          inherit defined;
          values = moduleArgs definitions;
        };
      };
      records = closure env (modules env);
      count = length records;
      context = rootContext {
        fileName = besideLibraries (environment.args.lib or null) fileName;
        readsConfig = import ./reads-config.nix records;
        files = listToAttrs (
          concatMap (moduleFile fileName) (
            if overShared then filter (record: !(record ? isShared) || record ? ownConfig) records else records
          )
        );
      };
      definitions = genList (
        index:
        let
          record = elemAt records (count - 1 - index);
        in
        {
          inherit context;
          inherit (context) priority;
          value = record.config;
          inherit (record) pos;
        }
      ) count;

      overShared =
        shared != null && shared.keys == catAttrs "key" (filter (record: record ? isShared) records);
    in
    {
      inherit definitions overShared records;
      own = if overShared then import ./own-definitions.nix context records else definitions;
      args = env.moduleArgs.values;
      faults = concatLists (catAttrs "faults" records);
    };

  # An argument with a default is passed where `_module.args` defines it, which is known after the first
  # time.
  first = collect { };
  wanted = concatLists (catAttrs "wants" first.records);
  defined = intersectAttrs (listToAttrs (
    map (name: {
      inherit name;
      value = null;
    }) wanted
  )) first.args;
in
if wanted == [ ] || defined == { } then first else collect defined
