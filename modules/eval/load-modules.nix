# Modules as records, before their definitions are merged. A record has
#
#   key              identifies the module; of two with one key, only the first counts
#   file             the file that it is written in, or that of the module which imports it
#   config           its definitions
#   shape            the module, called with a `config` that throws
#   importsIn        from an environment to the records of its imports
#   disabledModules  the modules that it takes out
#   faults           problems of its structure
#   wants            names of missing arguments that it has defaults for
#   isShared         true for a record that all configurations of a fleet share; absent elsewhere
#
# An environment has what a module function is called with:
#
#   args         its arguments
#   argNames     their names
#   moduleArgs   `values`, the arguments of `_module.args`, and `defined`, those of their names that
#                are passed to functions with a default for them
#   defaults     the config without any definition
{
  invalidModule,
  modulePosition,
  moduleAttrs,
}:
let
  inherit (builtins)
    all
    attrNames
    attrValues
    deepSeq
    elemAt
    filter
    genList
    head
    intersectAttrs
    isAttrs
    isFunction
    isList
    isPath
    isString
    length
    listToAttrs
    mapAttrs
    match
    pathExists
    readDir
    removeAttrs
    storeDir
    stringLength
    substring
    toXML
    tryEval
    typeOf
    unsafeDiscardStringContext
    unsafeGetAttrPos
    ;

  inherit (import ../nix-types.nix) withArticle;

  inherit (import ../lib/functions.nix) functionArgs;
  isFunctor = value: value ? __functor && isFunction (value.__functor value);
  argsOf =
    function: if isFunction function then builtins.functionArgs function else functionArgs function;

  # Tells whether a function can read no argument that its pattern does not name. toXML writes the name
  # of an @-pattern.
  readsOnlyFormals =
    function:
    isFunction function && match ".*<(attrspat[^>]* name|varpat).*" (toXML function) == null;

  # The parts of a module that decide which modules there are. Evaluating them tells whether they can
  # be known before `config` is.
  shapeAttrs = listToAttrs (
    map (name: {
      inherit name;
      value = null;
    }) moduleAttrs
  );
  forcedShape =
    module:
    let
      parts = attrValues (intersectAttrs shapeAttrs module);
      imports = module.imports or [ ];
    in
    if !(isAttrs module) || parts == [ ] then
      module
    else
      deepSeq [
        (map typeOf parts)
        (if isList imports then map typeOf imports else null)
      ] module;
  noConfig = throw "the imports of a module depend on `config`";

  hasEnding =
    ending: text:
    let
      start = stringLength text - stringLength ending;
    in
    start >= 0 && substring start (-1) text == ending;

  isFolder = path: (readDir (dirOf path)).${baseNameOf path} or null == "directory";

  isPure = !(builtins ? currentTime);
in
{
  # Whether the schema has an option `config` or `options`, so that modules have no long form.
  hasConfigOption,
  hasOptionsOption,
  # From the path of a file to its displayed name, or null.
  fileName,
  # Whether records are made once for several environments. `shared` is then the environment of what
  # does not differ between them, and null otherwise.
  shared ? null,
}:
let
  nameOf =
    file:
    let
      name = fileName file;
    in
    if name == null then file else name;

  positionOf =
    name: attrs: file:
    let
      position = unsafeGetAttrPos name attrs;
    in
    if position == null then
      modulePosition fileName file
    else
      position // { file = nameOf position.file; };

  missingArgument =
    file: function: name:
    import ./missing-argument.nix (positionOf name (argsOf function) file) name;

  apply =
    file: { args, moduleArgs, ... }: function: missing:
    function (
      if missing == { } then
        args
      else
        mapAttrs (name: _: moduleArgs.values.${name} or (missingArgument file function name)) (
          removeAttrs missing (
            filter (name: missing.${name} && !(moduleArgs.defined ? ${name})) (attrNames missing)
          )
        )
        // args
    );

  emptyRecord = {
    config = { };
    shape = { };
    importsIn = _: [ ];
    disabledModules = [ ];
    wants = [ ];
  };

  keyOf =
    file: module: item:
    if isString item then
      if substring 0 1 item == "/" then item else null
    else if isPath item then
      toString item
    else
      item.key or (if item ? outPath || item ? __toString then toString item else null);

  moduleFaults = import ./module-faults.nix {
    inherit
      hasConfigOption
      hasOptionsOption
      invalidModule
      keyOf
      moduleAttrs
      positionOf
      ;
  };

  # `shape` is the module without `config`, and `module` the one with it.
  makeRecord =
    file: key: wants: shape: module:
    let
      written =
        if shape ? _file then unsafeDiscardStringContext (toString shape._file) else file;
      list = name: if isList (shape.${name} or null) then shape.${name} else [ ];
      record = {
        key = if shape ? key then toString shape.key else key;
        file = written;
        inherit shape wants;
        config =
          if hasConfigOption || !(module ? config) then
            if hasOptionsOption then
              removeAttrs module moduleAttrs
            else
              removeAttrs module ([ "options" ] ++ moduleAttrs)
          else
            module.config;
        disabledModules =
          if shape ? disabledModules then
            map (
              item:
              let
                found = keyOf file shape item;
              in
              if found == null then "" else found
            ) (list "disabledModules")
          else
            [ ];
        importsIn = loadAll {
          file = written;
          inherit (record) key;
          at = positionOf "imports" shape file;
        } (if shape ? require then list "require" ++ list "imports" else list "imports");
        # The usual module has none of the attributes that can be wrong.
        faults =
          if
            isList (shape.imports or [ ])
            && !(shape ? config || shape ? options || shape ? disabledModules || shape ? freeformType)
          then
            [ ]
          else
            moduleFaults file shape;
      };
    in
    record;

  invalid =
    {
      file,
      at,
      ...
    }:
    key: message: help:
    _:
    emptyRecord
    // {
      inherit file key;
      faults = [ (invalidModule at message help) ];
    };

  constant = record: if shared == null then _: record else let made = record // { isShared = true; }; in _: made;

  fromAttrs =
    file: key: module:
    constant (makeRecord file key [ ] module module);

  # A function that can read neither `config` nor `_module.args` is called once. Others are also called
  # with a `config` that throws, for their shape.
  shapeOf =
    file: env: function: missing: config:
    forcedShape (
      apply file (
        env
        // {
          args = env.args // {
            inherit config;
          };
          moduleArgs = {
            values = mapAttrs (_: _: noConfig) (argsOf function);
            defined = { };
          };
        }
      ) function missing
    );

  inlineFunction =
    parent: file: key: function: attemptIn: env:
    let
      formals = argsOf function;
      missing = removeAttrs formals env.argNames;
      wants = if missing == { } then [ ] else filter (name: missing.${name}) (attrNames missing);
      module = apply file env function missing;

      mayRead = formals ? config || formals == { } || missing != { };
      attempt = attemptIn env missing;
      withDefaults = tryEval (shapeOf file env function missing env.defaults);
      shape =
        if !mayRead then
          module
        else if attempt.success then
          attempt.value
        else
          # The throw may be that of a module itself, and then has its own message.
          shapeOf file env function missing env.defaults;
      readsArgs = !withDefaults.success;
    in
    if mayRead && !attempt.success && (withDefaults.success || missing != { }) then
      invalid
        {
          inherit file;
          at = positionOf (if readsArgs then head (attrNames missing) else "config") formals file;
        }
        key
        "the imports or names of a module depend on `${if readsArgs then "_module.args" else "config"}`"
        (
          if readsArgs then
            "`_module.args` is known only after all modules are: pass the argument in `specialArgs`"
          else
            "`config` is known only after all modules are: import unconditionally, and put mkIf around the settings"
        )
        env
    else if !(isAttrs shape) then
      invalid parent key
        "the function of ${moduleName file key} returns ${withArticle (typeOf shape)} instead of a module"
        "return a set of settings, such as { network.listen_port = 8333; }"
        env
    else
      makeRecord file key wants shape module;

  moduleName = file: key: if file == key then nameOf file else "a module";

  fromFunction =
    parent: file: key: function:
    let
      attemptIn = env: missing: tryEval (shapeOf file env function missing noConfig);
      isFixed =
        shared != null
        && readsOnlyFormals function
        && all (name: shared.args ? ${name} || name == "config") (attrNames (argsOf function));
      attempt = attemptIn shared { };
    in
    if isFixed && !(argsOf function ? config) then
      constant (inlineFunction parent file key function attemptIn shared)
    else
      # Without other arguments, the shape is the same in every environment.
      inlineFunction parent file key function (if isFixed then (_: _: attempt) else attemptIn);

  fromFile =
    parent: key: entry:
    let
      path = unsafeDiscardStringContext (toString entry);
      name = nameOf path;
      content = import entry;
    in
    if isString entry && substring 0 1 entry != "/" then
      invalid parent key "\"${entry}\" is not an absolute path" "write a path without quotes, such as ./${entry}"
    else if !(pathExists entry) then
      invalid parent key "module ${name} not found" (
        if !isPure || substring 0 (stringLength storeDir) path == storeDir then
          "create it, or correct its name; a flake in git sees only tracked files: `git add ${name}`"
        else
          "a flake reads files in its own folder only: move it there, or pass it through an input"
      )
    else if !(hasEnding ".nix" path) && isFolder path && !(pathExists (entry + "/default.nix")) then
      invalid parent key "the folder ${name} has no default.nix"
        "create ${name}/default.nix, or name a file of the folder"
    else if isFunction content || isFunctor content then
      fromFunction parent path path content
    else if isAttrs content then
      fromAttrs path path content
    else
      invalid parent key "${name} contains ${withArticle (typeOf content)} instead of a module"
        "write a set of settings, such as { network.listen_port = 8333; }, or a function that returns one";

  # Sets that are not modules themselves.
  fromTypedAttrs =
    parent: key: entry:
    let
      type = entry._type or "";
      contentOf =
        value:
        if value._type or null == "if" || value._type or null == "override" then
          contentOf value.content
        else
          value;
      content = contentOf entry;
    in
    if type == "if" || type == "override" then
      if isAttrs content then
        constant (emptyRecord // { inherit key; inherit (parent) file; config = entry; faults = [ ]; })
      else
        invalid parent key
          "${if type == "if" then "mkIf" else "a priority"} stands around ${withArticle (typeOf content)} in `imports`"
          "import it unconditionally, and put ${
            if type == "if" then "mkIf" else "mkForce or mkDefault"
          } around the settings in it"
    else if type == "merge" then
      constant (emptyRecord // { inherit key; inherit (parent) file; config = entry; faults = [ ]; })
    else if type == "module" then
      fromAttrs parent.file key (removeAttrs entry [ "_type" ])
    else if type == "flake" || entry ? outPath then
      invalid parent key "a flake or package stands where a module belongs"
        "name a module of it, such as inputs.NAME.nixosModules.default, or a file, such as \"\${inputs.NAME}/module.nix\""
    else
      invalid parent key "a set of the type `${toString type}` stands where a module belongs"
        "name a path, a set of settings, or a function that returns one";

  load =
    parent: index: entry:
    let
      key = "${parent.key}:anon-${toString (index + 1)}";
    in
    if isPath entry || isString entry then
      fromFile parent key entry
    else if isFunction entry then
      fromFunction parent parent.file key entry
    else if isAttrs entry then
      if isFunctor entry then
        fromFunction parent parent.file key entry
      else if entry ? _type || entry ? outPath then
        fromTypedAttrs parent key entry
      else
        fromAttrs parent.file key entry
    else if isList entry then
      invalid parent key "a list stands where a module belongs" "remove one level of brackets"
    else
      invalid parent key "${withArticle (typeOf entry)} stands where a module belongs"
        "write a path, a set, or a function that returns one; for a module that is left out at times, lib.optional";

  loadAll =
    parent: modules:
    if modules == [ ] then
      _: [ ]
    else if shared == null then
      env: genList (index: load parent index (elemAt modules index) env) (length modules)
    else
      let
        prepared = genList (index: load parent index (elemAt modules index)) (length modules);
      in
      env: map (inEnvironment: inEnvironment env) prepared;
in
/**
  Loads the modules of one list: `parent` has the file, the key and the position of the list.

  # Type

  ```
  loadAll :: { file :: String; key :: String; at :: Position; } -> [ Module ] -> Environment -> [ Record ]
  ```
*/
loadAll
