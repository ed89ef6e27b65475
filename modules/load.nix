# From modules to the definitions that they make: imports followed, functions called, each module once.
let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    elemAt
    genList
    genericClosure
    head
    isAttrs
    isFunction
    isPath
    isString
    length
    listToAttrs
    pathExists
    removeAttrs
    typeOf
    unsafeDiscardStringContext
    unsafeGetAttrPos
    ;

  callWith = import ./call.nix;
  inherit (import ./compose/definitions.nix) nothing;

  # What a module says of itself. All else in it is definitions, or all of them are in `config`.
  words = [
    "_class"
    "_file"
    "imports"
    "key"
  ];

  longForm =
    origin: config: others:
    if others == { } then
      config
    else
      throw "the module ${origin} has `config` and beside it ${
        concatStringsSep ", " (map (name: "`${name}`") (attrNames others))
      }: move these into `config`, or leave `config` out";

  # Where a definition is said to be when Nix does not know. A folder stands for its default.nix, since a source is a file.
  somewhere =
    nameOf: origin:
    let
      folder = origin + "/default.nix";
      file = if nameOf origin != null && pathExists folder then folder else origin;
      name = nameOf file;
    in
    {
      file = if name == null then file else name;
      line = 0;
      column = 0;
    };

  # The file of a module, and what to call it. A module that came without one is mostly written in one file all the same.
  named =
    nameOf: module:
    let
      written = if nameOf module.origin == null then writtenIn module.definitions else module.origin;
      file = nameOf written;
    in
    if file == null then
      [ ]
    else
      [
        {
          name = written;
          value = { inherit file; };
        }
      ];

  # The file that the first of the definitions is in.
  writtenIn =
    definitions:
    let
      position = unsafeGetAttrPos (head (attrNames definitions)) definitions;
    in
    if !isAttrs definitions || definitions == { } || position == null then "" else position.file;
in
# `hasConfig` tells whether `config` is a name of the schema, and so no word of the module language; `arguments` are what every
# module function is given; `nameOf` is what to call a file that Nix names.
{
  hasConfig,
  arguments,
  nameOf,
}:
let
  call = callWith arguments (attrNames arguments);

  # `origin` is the file that a module without one belongs to, `key` is what makes it the same module when met again.
  read =
    origin: key: module:
    if isFunction module then
      structure origin key (call origin module)
    else if isAttrs module then
      structure origin key module
    else if isPath module || isString module then
      let
        path = unsafeDiscardStringContext (toString module);
        content = import module;
      in
      structure path path (if isFunction content then call path content else content)
    else
      throw "a module in ${origin} is of type ${typeOf module}: a module is a file, a set or a function that returns a set";

  structure =
    fallback: key: module:
    let
      origin = if module ? _file then unsafeDiscardStringContext (toString module._file) else fallback;
    in
    if !isAttrs module then
      throw "the module ${fallback} is of type ${typeOf module}: a module is a set, or a function that returns a set"
    else
      {
        key = if module ? key then toString module.key else key;
        inherit origin;
        imports = module.imports or [ ];
        definitions =
          if hasConfig || !(module ? config) then
            removeAttrs module words
          else
            longForm origin module.config (removeAttrs module ([ "config" ] ++ words));
      };

  readAll =
    origin: key: modules:
    genList (index: read origin "${key}:anon-${toString index}" (elemAt modules index)) (
      length modules
    );
in
modules:
let
  loaded = genericClosure {
    startSet = readAll "<inline>" "" modules;
    operator = module: readAll module.origin module.key module.imports;
  };
  count = length loaded;
  around = nothing {
    inherit nameOf;
    names = listToAttrs (concatMap (named nameOf) loaded);
  };
in
# Nearest last: what a module imports comes before it, and of two side by side the later one first, as in nixpkgs.
genList (
  index:
  let
    module = elemAt loaded (count - 1 - index);
  in
  {
    inherit around;
    inherit (around) priority;
    value = module.definitions;
    at = somewhere nameOf module.origin;
  }
) count
