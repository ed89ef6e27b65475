# Checks the arguments of mkBundle and the other functions. Nix' own errors would name files of Confgate,
# and know neither the meaning of an argument nor a similar name.
let
  inherit (builtins)
    attrNames
    baseNameOf
    concatStringsSep
    filter
    head
    isAttrs
    isBool
    isInt
    isList
    isPath
    isString
    match
    pathExists
    removeAttrs
    storeDir
    stringLength
    substring
    toJSON
    typeOf
    unsafeDiscardStringContext
    unsafeGetAttrPos
    ;

  inherit (import ./under.nix) after callUnless each;
  environments = import ./environments.nix;
  formats = import ./formats.nix;
  inherit (import ./nix-types.nix) withArticle;
  inherit (import ./suggest.nix) question;
  inherit (import ./eval/positions.nix) fileNameBelow;

  # The name of a file in messages. A flake is in a store path, which says nothing.
  displayName =
    root: file:
    let
      below = fileNameBelow root file;
      inStore = match "${storeDir}/[^/]+/(.*)" file;
    in
    if below != null && substring 0 1 below != "/" then
      below
    else if inStore != null then
      head inStore
    else
      file;

  # Where an argument is written, as the beginning of a message. Nix does not know the position of an
  # argument that was computed.
  placeOf =
    root: arguments: name:
    let
      usable = if isString root || isPath root then root else "";
      position = unsafeGetAttrPos name arguments;
    in
    if position == null then
      ""
    else
      "${displayName usable position.file}:${toString position.line}:${toString position.column}: ";

  shown =
    value:
    if isString value then
      toJSON (unsafeDiscardStringContext value)
    else if isBool value || isInt value then
      toJSON value
    else
      withArticle (typeOf value);

  hasShape =
    is: expected: help: value:
    if is value then null else { inherit expected help; };
  isSource = value: isString value || isPath value;
  listOf =
    is: expected: element: example: value:
    let
      wrong = filter (found: !(is found)) value;
    in
    if !(isList value) then
      {
        inherit expected;
        help = "put brackets around it, as in ${example}";
      }
    else if wrong == [ ] then
      null
    else
      {
        text = "must be ${expected}, and has ${withArticle (typeOf (head wrong))} in it";
        help = "write ${element}, as in ${example}";
      };

  # What a missing argument may be.
  examples = {
    bundles = "{ inherit production staging; }";
    confgate = "confgate.packages.\${system}.default";
    environment = "\"production\"";
    lib = "nixpkgs.lib";
    modules = "[ ./production.nix ]";
    name = "\"clock\"";
    nodes = "{ ams1 = { environment = \"production\"; }; }";
    schemaFile = "./schema.json";
  };

  kinds = {
    environment =
      value:
      let
        problem = if isString value then environments.problem value else "must be a string, and is ${shown value}";
      in
      if problem == null then
        null
      else
        {
          text = problem;
          help = "write one of ${concatStringsSep ", " environments.names}, or dev, test, stage or prod";
        };
    modules = hasShape isList "a list of modules" "put brackets around it, as in [ ./production.nix ]";
    package =
      hasShape (value: isAttrs value && value ? outPath && value ? system)
        "the package of the gate"
        "write confgate.packages.\${system}.default, or the package of the service";
    name =
      hasShape (value: isString value && match "[a-zA-Z0-9+_?=-][a-zA-Z0-9+._?=-]*" value != null)
        "a name for the store"
        "use letters, digits and the characters +._?=-, and begin with another one than a dot";
    # The store allows 211 characters, of which the names of requests need some.
    storeName =
      value:
      let
        wrong = kinds.name value;
      in
      if wrong == null && stringLength value > 180 then
        {
          text = "must have at most 180 characters, and has ${toString (stringLength value)}";
          help = "write a shorter name";
        }
      else
        wrong;
    serviceName =
      hasShape (value: isString value && match "[a-zA-Z0-9:_.-]+" value != null)
        "the name of a service"
        "use letters, digits and the characters :_.-";
    list = hasShape isList "a list" "put brackets around it";
    attrs = hasShape isAttrs "a set" "write a set, such as { }";
    lib =
      hasShape (value: isAttrs value && value ? mkIf && value ? mkOverride)
        "the lib of nixpkgs"
        "write lib = nixpkgs.lib";
    moduleLib =
      hasShape (value: isAttrs value && value ? evalModules)
        "the lib of nixpkgs"
        "write lib = nixpkgs.lib";
    root =
      value:
      if !(isSource value) then
        {
          expected = "a path";
          help = "write the folder of the configs, such as ./.";
        }
      else if isString value && value != "" && substring 0 1 value != "/" then
        {
          text = "must be an absolute path, and is ${shown value}";
          help = "write a path without quotes, such as ./.";
        }
      else if value == "" || pathExists value then
        null
      else
        {
          text = "names the folder ${baseNameOf value}, which does not exist";
          help = "write the folder of the configs, such as ./.; a flake in git sees only tracked files";
        };
    format =
      value:
      let
        problem = formats.problem value;
      in
      if problem == null then
        null
      else
        {
          text = problem;
          help = "write one of ${concatStringsSep ", " formats.names}";
        };
    bool = hasShape isBool "a boolean" "write true or false";
    accepted = listOf isString "a list of codes" "a code in quotes" "[ \"secrets/likely-secret:app.name\" ]";
    function = hasShape (
      value: builtins.isFunction value || value ? __functor
    ) "a function" "write a function, such as settings: { }";
    string = hasShape isString "a string" "put it in quotes";
    optionalString = hasShape (value: value == null || isString value) "a string or null" "put it in quotes";
    optionalFunction = hasShape (
      value: value == null || builtins.isFunction value || value ? __functor
    ) "a function or null" "write a function from the packages, such as pkgs: pkgs.clock";
    schemaFile = hasShape isSource "the path of a JSON Schema" "write its path, such as ./schema.json";
    schemaMap =
      value:
      let
        wrong = filter (url: !(isSource value.${url}) || !(pathExists value.${url})) (attrNames value);
        url = head wrong;
        help = "write the files by URL, as in { \"https://example.net/schemas/\" = ./schemas; }";
      in
      if !(isAttrs value) then
        {
          expected = "a set of paths";
          inherit help;
        }
      else if wrong == [ ] then
        null
      else if isSource value.${url} then
        {
          text = "names ${baseNameOf value.${url}} for ${url}, which does not exist";
          help = "create it, or correct its name; a flake in git sees only tracked files";
        }
      else
        {
          text = "has ${withArticle (typeOf value.${url})} for ${url} instead of a path";
          inherit help;
        };
    modulesByTag =
      value:
      let
        help = "write the modules by tag, as in { europe = [ ./europe.nix ]; }";
        wrong = filter (tag: !(isList value.${tag})) (attrNames value);
        tag = head wrong;
      in
      if !(isAttrs value) then
        {
          expected = "a set of lists of modules";
          inherit help;
        }
      else if wrong == [ ] then
        null
      else
        {
          text = "has ${withArticle (typeOf value.${tag})} for `${tag}` instead of a list of modules";
          inherit help;
        };
    nodes = hasShape isAttrs "a set of nodes" "write the nodes by name, as in { ams1 = { environment = \"prod\"; }; }";
    bundles =
      value:
      let
        help = "write the bundles by name, as in { inherit production staging; }";
        wrong = filter (name: !(value.${name} ? outPath) && !(isString value.${name})) (attrNames value);
        misnamed = filter (name: kinds.name name != null) (attrNames value);
      in
      if !(isAttrs value) then
        {
          expected = "a set of bundles";
          inherit help;
        }
      else if misnamed != [ ] then
        {
          text = "has the bundle `${head misnamed}`, whose name cannot be that of a file";
          help = "use letters, digits and the characters +._?=-, and begin with another one than a dot";
        }
      else if wrong != [ ] then
        {
          text = "has ${withArticle (typeOf value.${head wrong})} for `${head wrong}` instead of a bundle";
          inherit help;
        }
      else
        null;
    tags = listOf isString "a list of tags" "a tag in quotes" "[ \"europe\" ]";
  };

  problemOf =
    subject:
    { required, optional }:
    root: arguments:
    let
      place = placeOf root arguments;
      known = required // optional;
      names = attrNames known;
      unknown = attrNames (removeAttrs arguments names);
      missing = filter (name: !(arguments ? ${name})) (attrNames required);
      anywhere = if arguments == { } then "" else place (head (attrNames arguments));
      wrong = filter (found: found.problem != null) (
        map (name: {
          inherit name;
          problem = known.${name} arguments.${name};
        }) (filter (name: arguments ? ${name}) names)
      );
      first = head wrong;
      name = head unknown;
    in
    if !(isAttrs arguments) then
      "${subject}: the argument must be a set, and is ${withArticle (typeOf arguments)}\nwrite { ${
        concatStringsSep " " (map (name: "${name} = ${examples.${name}};") (attrNames required))
      } }"
    else if unknown != [ ] then
      "${place name}${subject}: unknown argument `${name}`${question names name}\nits arguments are ${concatStringsSep ", " names}"
    else if missing != [ ] then
      "${anywhere}${subject}: argument `${head missing}` is missing\nadd ${head missing} = ${examples.${head missing}};"
    else if wrong != [ ] then
      "${place first.name}${subject}: `${first.name}` ${
        first.problem.text or "must be ${first.problem.expected}, and is ${shown arguments.${first.name}}"
      }\n${first.problem.help}"
    else
      null;
in
{
  inherit displayName kinds;

  /**
    The arguments of mkModule.
  */
  moduleArguments = {
    required.name = kinds.serviceName;
    optional = {
      inherit (kinds) format schemaFile;
      inherit (kinds) schemaMap;
      title = kinds.string;
      envPrefix = kinds.optionalString;
      package = kinds.optionalFunction;
      arguments = kinds.function;
      reload = kinds.bool;
      notify = kinds.bool;
      maintainers = kinds.list;
      resolve = kinds.bool;
      ports = kinds.function;
      folders = kinds.function;
      addressFamilies = kinds.function;
    };
  };

  /**
    Returns the position of an argument, for problems of the modules in it.

    # Type

    ```
    positionIn :: (Path | String) -> String -> AttrSet -> Position
    ```
  */
  positionIn =
    root: name: arguments:
    let
      position = unsafeGetAttrPos name arguments;
    in
    if position == null then
      {
        file = "<inline>";
        line = 0;
        column = 0;
      }
    else
      position // { file = displayName root position.file; };

  /**
    Returns the argument `lib` as a special argument of modules.

    # Type

    ```
    libArgs :: AttrSet -> AttrSet
    ```
  */
  libArgs = arguments: if arguments ? lib then { inherit (arguments) lib; } else { };

  /**
    Returns where modules are listed, for a message. The modules themselves may be what cannot be evaluated.

    # Type

    ```
    listedAt :: (Path | String) -> String -> AttrSet -> String
    ```
  */
  listedAt =
    root: name: arguments:
    let
      position = unsafeGetAttrPos name arguments;
    in
    if position == null then
      "in an argument"
    else
      "at ${displayName root position.file}:${toString position.line}:${toString position.column}";

  /**
    Returns the place of an argument as the beginning of a message, or an empty string.

    # Type

    ```
    placeOf :: (Path | String) -> AttrSet -> String -> String
    ```
  */
  inherit placeOf;

  /**
    Returns the first mistake in the arguments of a function, or null. The parameters are those of
    `withArguments`, and the folder below which messages name files.

    # Type

    ```
    problemOf :: String -> { required :: AttrSet; optional :: AttrSet; } -> (Path | String) -> AttrSet
      -> String | Null
    ```
  */
  inherit problemOf;

  /**
    Calls a function with the arguments, or throws for the first mistake in them.

    # Inputs

    `subject`

    : Name of the function

    `spec`

    : The `required` and the `optional` arguments, each with its kind

    # Type

    ```
    withArguments :: String -> { required :: AttrSet; optional :: AttrSet; } -> (AttrSet -> a) -> AttrSet -> a
    ```
  */
  withArguments =
    subject: spec: function: arguments:
    let
      known = spec.required // spec.optional;
      given = filter (name: arguments ? ${name}) (attrNames known);
      root = arguments.root or "";
      sentence =
        name: "${placeOf root arguments name}${subject}: the argument `${name}` cannot be evaluated";
    in
    callUnless {
      subject = "the call of ${subject}";
      first = "its arguments are ${concatStringsSep ", " (attrNames known)}";
      second = "docs/nix.md of Confgate describes functions";
      search =
        blame:
        let
          ofName = name: after (blame (sentence name) arguments.${name}) (blame (sentence name) (known.${name} arguments.${name}));
        in
        after (blame "${subject}: the arguments cannot be evaluated" arguments) (
          after (blame "${subject}: the argument `root` cannot be evaluated" root) (
            each (_: ofName) (filter (name: arguments ? ${name}) (attrNames known))
          )
        );
    } (problemOf subject spec root arguments) function arguments;
}
