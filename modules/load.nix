# From modules to the definitions that they make: imports followed, functions called, each module once.
{
  # Whether `config` is a name of the schema, and so no word of the module language.
  hasConfig,
  # What every module function is given.
  arguments,
  # A file's name as shown to people.
  relative,
}:
let
  inherit (builtins)
    attrNames
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
    mapAttrs
    pathExists
    removeAttrs
    typeOf
    ;

  given = attrNames arguments;

  words = [
    "_class"
    "_file"
    "config"
    "imports"
    "key"
  ];
  wordsOfShortForm = if hasConfig then filter (word: word != "config") words else words;

  # An argument that nobody gives is an error only where it is used, so that a file may name what it has under NixOS.
  call =
    origin: function:
    let
      missing = removeAttrs (functionArgs function) given;
      defaulted = filter (name: missing.${name}) (attrNames missing);
      absent =
        name: _:
        throw "the module ${origin} uses the argument `${name}`, which nobody gives it: pass it in specialArgs";
    in
    if missing == { } then
      function arguments
    else
      function (mapAttrs absent (removeAttrs missing defaulted) // arguments);

  # `origin` is the file that a module without one belongs to, `key` is what makes it the same module when met again.
  read =
    origin: key: module:
    if isFunction module then
      structure origin key (call origin module)
    else if isAttrs module then
      structure origin key module
    else if isPath module || isString module then
      let
        path = toString module;
        content = import module;
      in
      structure path path (if isFunction content then call path content else content)
    else
      throw "a module in ${origin} is a ${typeOf module}: a module is a file, a set or a function that returns a set";

  structure =
    origin: key: module:
    if !isAttrs module then
      throw "the module ${origin} is a ${typeOf module}: a module is a set, or a function that returns a set"
    else
      {
        key = toString (module.key or key);
        origin = toString (module._file or origin);
        imports = module.imports or [ ];
        definitions =
          if hasConfig || !(module ? config) then
            removeAttrs module wordsOfShortForm
          else
            longForm (toString (module._file or origin)) module;
      };

  longForm =
    origin: module:
    let
      others = attrNames (removeAttrs module words);
    in
    if others == [ ] then
      module.config
    else
      throw "the module ${origin} has `config` and beside it ${
        concatStringsSep ", " (map (name: "`${name}`") others)
      }: move these into `config`, or leave `config` out";

  children =
    origin: key: modules:
    genList (index: read origin "${key}:anon-${toString (index + 1)}" (elemAt modules index)) (
      length modules
    );

  # A folder stands for its default.nix, and sources of a bundle are files.
  fileOf = origin: if pathExists (origin + "/default.nix") then origin + "/default.nix" else origin;

  # Where a definition is said to be when Nix does not know.
  somewhere = origin: {
    file =
      let
        file = relative (fileOf origin);
      in
      if file == null then origin else file;
    line = 0;
    column = 0;
  };
in
modules:
let
  loaded = genericClosure {
    startSet = children "<inline>" "" modules;
    operator = module: children module.origin module.key module.imports;
  };
  count = length loaded;
in
# Nearest last: what a module imports comes before it, and of two side by side the later one first, as in nixpkgs.
genList (
  index:
  let
    module = elemAt loaded (count - 1 - index);
  in
  {
    value = module.definitions;
    at = somewhere module.origin;
    plain = true;
    active = true;
    priority = null;
  }
) count
