# From modules to their definitions: follows imports, calls functions and reads each module once.
{
  moduleFile,
  modulePosition,
  rootContext,
}:
let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    elemAt
    filter
    functionArgs
    genList
    genericClosure
    isAttrs
    isFunction
    isPath
    isString
    length
    listToAttrs
    mapAttrs
    removeAttrs
    typeOf
    unsafeDiscardStringContext
    ;

  # Attributes of a module that are not definitions.
  moduleAttrs = [
    "_class"
    "_file"
    "imports"
    "key"
  ];

  # The attribute `config` of a module, which excludes definitions beside it.
  longForm =
    file: config: badAttrs:
    if badAttrs == { } then
      config
    else
      throw "module ${file} has attributes beside `config`: ${
        concatStringsSep ", " (map (name: "`${name}`") (attrNames badAttrs))
      }; move them into `config`, or remove `config`";

  # Missing arguments throw when they are used, so a module may name arguments of NixOS.
  missingArgs =
    file: missing:
    let
      optional = filter (name: missing.${name}) (attrNames missing);
    in
    mapAttrs (
      name: _:
      throw "module argument `${name}` not found: ${file} uses it, and `specialArgs` does not have it; add it to `specialArgs`"
    ) (removeAttrs missing optional);

  applyModuleArgs =
    args: argNames: file: function:
    let
      missing = removeAttrs (functionArgs function) argNames;
    in
    function (if missing == { } then args else missingArgs file missing // args);
in
/**
  Collects the definitions of modules and of all that they import.

  The result is ordered as in nixpkgs: imported modules before the importing one, and of two in one
  list the later one first. A module with the same key as an earlier one is left out.

  # Inputs

  `hasConfigOption`

  : Whether the schema has an option `config`, so that modules have no long form

  `args`

  : Arguments of every module function

  `fileName`

  : From the path of a file to its displayed name, or null

  `modules`

  : Paths, attribute sets and functions

  # Type

  ```
  collectModules :: { hasConfigOption :: Bool; args :: AttrSet; fileName :: String -> String | Null; }
    -> [ Module ] -> [ Definition ]
  ```
*/
{
  hasConfigOption,
  args,
  fileName,
}:
let
  apply = applyModuleArgs args (attrNames args);

  # `fallbackFile` and `fallbackKey` are those of a module without a file of its own.
  loadModule =
    fallbackFile: fallbackKey: module:
    if isFunction module then
      unifyModuleSyntax fallbackFile fallbackKey (apply fallbackFile module)
    else if isAttrs module then
      unifyModuleSyntax fallbackFile fallbackKey module
    else if isPath module || isString module then
      let
        path = unsafeDiscardStringContext (toString module);
        content = import module;
      in
      unifyModuleSyntax path path (if isFunction content then apply path content else content)
    else
      throw "invalid module in ${fallbackFile}: found ${typeOf module}; write a path, an attribute set, or a function that returns one";

  unifyModuleSyntax =
    fallbackFile: fallbackKey: module:
    let
      file =
        if module ? _file then unsafeDiscardStringContext (toString module._file) else fallbackFile;
    in
    if !isAttrs module then
      throw "invalid module ${fallbackFile}: found ${typeOf module}; write an attribute set, or a function that returns one"
    else
      {
        key = if module ? key then toString module.key else fallbackKey;
        inherit file;
        imports = module.imports or [ ];
        config =
          if hasConfigOption || !(module ? config) then
            removeAttrs module moduleAttrs
          else
            longForm file module.config (removeAttrs module ([ "config" ] ++ moduleAttrs));
      };

  loadModules =
    parentFile: parentKey: modules:
    genList (
      index: loadModule parentFile "${parentKey}:anon-${toString index}" (elemAt modules index)
    ) (length modules);
in
modules:
let
  collected = genericClosure {
    startSet = loadModules "<inline>" "" modules;
    operator = module: loadModules module.file module.key module.imports;
  };
  count = length collected;
  context = rootContext {
    inherit fileName;
    files = listToAttrs (concatMap (moduleFile fileName) collected);
  };
in
genList (
  index:
  let
    module = elemAt collected (count - 1 - index);
  in
  {
    inherit context;
    inherit (context) priority;
    value = module.config;
    pos = modulePosition fileName module.file;
  }
) count
