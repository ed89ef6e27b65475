# Modules as records, before their definitions are merged. A record has
#
#   key              identifies the module; of two with one key, only the first counts
#   file             the file that it is written in, or that of the module which imports it
#   config           its definitions
#   pos              their position, where those of single definitions are not known
#   shape            the module, called with a `config` that throws
#   importsIn        from an environment to the records of its imports
#   disabledModules  the modules that it takes out
#   faults           problems of its structure
#   wants            names of missing arguments that it has defaults for
#   isShared         true for a record that all configurations of a fleet share; absent elsewhere
#   sharedConfig     the part of its definitions that they share, where that is not all of them
#   ownConfig        the other part
#
# An environment has what a module function is called with:
#
#   args         its arguments
#   argNames     their names
#   moduleArgs   `values`, the arguments of `_module.args`, and `defined`, those of their names that
#                are passed to functions with a default for them
#   defaults     the config without any definition
{ invalidModule, modulePosition }:
let
  # Attributes of a module that are not definitions.
  moduleAttrs = [
    "_class"
    "_file"
    "disabledModules"
    "freeformType"
    "imports"
    "key"
    "require"
  ];

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
    replaceStrings
    stringLength
    substring
    toXML
    tryEval
    typeOf
    unsafeDiscardStringContext
    unsafeGetAttrPos
    ;

  inherit (import ../lib/functions.nix) functionArgs;
  isFunctor = value: value ? __functor && isFunction (value.__functor value);
  argsOf =
    function: if isFunction function then builtins.functionArgs function else functionArgs function;

  # Tells whether the pattern of a function has no ellipsis.
  isClosed =
    function:
    let
      xml = toXML function;
      has = part: replaceStrings [ part ] [ "" ] xml != xml;
    in
    isFunction function && has "<attrspat" && !(has " ellipsis=");

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
    file: function: names: name:
    import ./missing-argument.nix (positionOf name (argsOf function) file) names name;

  apply =
    file: { args, moduleArgs, ... }: function: missing:
    function (
      if missing == { } then
        args
      else
        mapAttrs (
          name: _: moduleArgs.values.${name} or (missingArgument file function (moduleArgs.values // args) name)
        ) (
          removeAttrs missing (
            filter (name: missing.${name} && !(moduleArgs.defined ? ${name})) (attrNames missing)
          )
        )
        // args
    );

  # The kinds that toString takes.
  hasText =
    value: !(isFunction value || isAttrs value && !(value ? outPath || value ? __toString));

  attrsWithFaults = {
    _file = null;
    config = null;
    disabledModules = null;
    freeformType = null;
    key = null;
    options = null;
  };

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
      hasText
      invalidModule
      keyOf
      moduleAttrs
      positionOf
      ;
  };

  ownAttrs = if hasOptionsOption then moduleAttrs else [ "options" ] ++ moduleAttrs;
  configOf =
    module:
    if hasConfigOption || !(module ? config) then removeAttrs module ownAttrs else module.config;

  invalid = import ./invalid-modules.nix { inherit emptyRecord invalidModule nameOf; };

  # `shape` is the module without `config`, and `module` the one with it.
  makeRecord =
    file: key: wants: shape: module:
    let
      written =
        if shape ? _file && hasText shape._file then
          unsafeDiscardStringContext (toString shape._file)
        else
          file;
      list = name: if isList (shape.${name} or null) then shape.${name} else [ ];
      record = {
        key = if shape ? key && hasText shape.key then toString shape.key else key;
        file = written;
        inherit shape wants;
        pos =
          if shape ? config && !hasConfigOption then
            positionOf "config" shape written
          else
            modulePosition fileName written;
        config = configOf module;
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
            && intersectAttrs attrsWithFaults shape == { }
          then
            [ ]
          else
            moduleFaults file shape;
      };
    in
    record;

  constant =
    record:
    let
      made = record // {
        isShared = true;
      };
    in
    if shared == null then _: record else _: made;

  fromAttrs =
    file: key: module:
    constant (makeRecord file key [ ] module module);

  # A value that is read from data has no position of its own, and gets that of the list in the file of the module.
  atList =
    { file, at, ... }: module: record:
    if file == "<inline>" || module ? config || module ? _file || at.file != nameOf file then
      record
    else
      record // { pos = at; };

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
    in
    if formals ? options && invalid.isOfOptions formals then
      invalid.ofOptions parent key
    else if mayRead && !attempt.success && withDefaults.success then
      invalid.dependsOnConfig file (positionOf "config" formals file) key
    else if mayRead && !attempt.success && missing != { } then
      invalid.dependsOnArgs file (positionOf (head (attrNames missing)) formals file) key
    else if !(isAttrs shape) then
      invalid.result parent key (if file == key then nameOf file else "a module") shape
    else
      makeRecord file key wants shape module;

  fromFunction =
    parent: file: key: function:
    let
      attemptIn = env: missing: tryEval (shapeOf file env function missing noConfig);
      ofEnvironment = inlineFunction parent file key function attemptIn;
    in
    if isClosed function then
      env:
      if all (name: argsOf function ? ${name}) env.argNames then
        ofEnvironment env
      else
        invalid.closed file (
          if argsOf function == { } then
            modulePosition fileName file
          else
            positionOf (head (attrNames (argsOf function))) (argsOf function) file
        ) key
    else if shared == null then
      ofEnvironment
    else
      import ./shared-function.nix {
        inherit
          argsOf
          attemptIn
          configOf
          constant
          function
          makeRecord
          ofEnvironment
          shared
          ;
        call = env: apply file env function { };
      } file key;

  fromFile =
    parent: key: entry:
    let
      path = unsafeDiscardStringContext (toString entry);
      content = import entry;
    in
    if isString entry && substring 0 1 entry != "/" then
      _: invalid.relativePath parent key entry
    else if !(pathExists entry) then
      _: invalid.missingFile parent key path
    else if !(hasEnding ".nix" path) && isFolder path && !(pathExists (entry + "/default.nix")) then
      _: invalid.folder parent key path
    else if !(hasEnding ".nix" path) && !(isFolder path) && invalid.isData path then
      _: invalid.data parent key path
    else if isFunction content || isFunctor content then
      fromFunction parent path path content
    else if isAttrs content then
      fromAttrs path path content
    else
      _: invalid.content parent key path content;

  fromTypedAttrs = import ./typed-modules.nix {
    inherit
      constant
      emptyRecord
      fromAttrs
      invalid
      ;
  };

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
        constant (atList parent entry (makeRecord parent.file key [ ] entry entry))
    else
      _: invalid.entry parent key entry;

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
