# What stands where a module belongs, as a record without settings and with a problem.
{
  emptyRecord,
  invalidModule,
  nameOf,
}:
let
  inherit (builtins)
    baseNameOf
    head
    isList
    match
    storeDir
    stringLength
    substring
    typeOf
    unsafeGetAttrPos
    ;
  inherit (import ../nix-types.nix) withArticle;

  isPure = !(builtins ? currentTime);

  record =
    file: at: key: message: help:
    emptyRecord
    // {
      inherit file key;
      pos = at;
      faults = [ (invalidModule at message help) ];
    };
  # At the list that has it.
  inList = { file, at, ... }: record file at;

  contentOf =
    value:
    if value._type or null == "if" || value._type or null == "override" then
      contentOf value.content
    else
      value;
in
{
  /**
    The value inside mkIf and mkOverride.
  */
  inherit contentOf;

  isData = path: match ".*[.](json|toml|ya?ml)" path != null;

  # The modules that functions such as mkRenamedOptionModule of nixpkgs return.
  isOfOptions =
    formals:
    let
      position = unsafeGetAttrPos "options" formals;
    in
    position != null && match ".*/lib/modules[.]nix" position.file != null;

  dependsOnConfig =
    file: at: key:
    record file at key "the imports or names of a module depend on `config`"
      "`config` is known only after all modules are: import unconditionally, and put mkIf around the settings";

  dependsOnArgs =
    file: at: key:
    record file at key "the imports or names of a module depend on `_module.args`"
      "`_module.args` is known only after all modules are: pass the argument in `specialArgs`";

  closed =
    file: at: key:
    record file at key "the function of a module takes too few arguments"
      "add `...` to them, as in { lib, ... }: modules are called with more arguments than they name";

  result =
    parent: key: name: value:
    inList parent key "the function of ${name} returns ${withArticle (typeOf value)} instead of a module"
      "return a set of settings, such as { network.listen_port = 8333; }";

  # A text that is not a name may be a secret.
  relativePath =
    parent: key: entry:
    if match "[A-Za-z0-9._/-]+[.]nix" entry == null then
      inList parent key "a string that is not an absolute path stands where a module belongs"
        "write a path without quotes, such as ./base.nix"
    else
      inList parent key "\"${entry}\" is not an absolute path"
        "write a path without quotes, such as ${
          if substring 0 1 entry == "." then entry else "./${entry}"
        }";

  missingFile =
    parent: key: path:
    let
      name = nameOf path;
    in
    inList parent key "module ${name} not found" (
      if !isPure || substring 0 (stringLength storeDir) path == storeDir then
        "create it, or correct its name; a flake in git sees only tracked files: `git add ${name}`"
      else
        "a flake reads files in its own folder only: move it there, or pass it through an input"
    );

  folder =
    parent: key: path:
    inList parent key "the folder ${nameOf path} has no default.nix"
      "create ${nameOf path}/default.nix, or name a file of the folder";

  data =
    parent: key: path:
    let
      name = nameOf path;
      ending = match ".*[.]([a-z]+)" path;
      reader = { json = "importJSON"; toml = "importTOML"; }.${head ending} or null;
    in
    inList parent key "${name} is data, and stands where a module belongs" (
      if reader == null then
        "Nix reads no YAML: write the settings in Nix, TOML or JSON, and read these as data, as in (lib.importTOML ./settings.toml)"
      else
        "read it as data, as in (lib.${reader} ./${baseNameOf path})"
    );

  ofOptions =
    parent: key:
    inList parent key "a module that renames or removes options of NixOS stands where a module of settings belongs"
      "remove it: settings have no options; a migration of the schema renames their keys";

  content =
    parent: key: path: value:
    inList parent key "${nameOf path} contains ${withArticle (typeOf value)} instead of a module"
      "write a set of settings, such as { network.listen_port = 8333; }, or a function that returns one";

  property =
    parent: key: entry:
    let
      isCondition = entry._type == "if";
    in
    inList parent key
      "${if isCondition then "mkIf" else "a priority"} stands around ${
        withArticle (typeOf (contentOf entry))
      } in `imports`"
      "import it unconditionally, and put ${
        if isCondition then "mkIf" else "mkForce or mkDefault"
      } around the settings in it";

  flake =
    parent: key:
    inList parent key "a flake or package stands where a module belongs"
      "name a module of it, such as inputs.NAME.nixosModules.default, or a file, such as \"\${inputs.NAME}/module.nix\"";

  typedSet =
    parent: key: type:
    inList parent key "a set of the type `${toString type}` stands where a module belongs"
      "name a path, a set of settings, or a function that returns one";

  entry =
    parent: key: value:
    if isList value then
      inList parent key "a list stands where a module belongs" "remove one level of brackets"
    else
      inList parent key "${withArticle (typeOf value)} stands where a module belongs"
        "write a path, a set, or a function that returns one; for a module that is left out at times, lib.optional";
}
