# Checks the arguments of mkBundle and the other functions. Nix' own errors would name files of Confgate,
# and know neither the meaning of an argument nor a similar name.
let
  inherit (builtins)
    attrNames
    concatStringsSep
    filter
    head
    isAttrs
    isPath
    isString
    match
    removeAttrs
    storeDir
    substring
    typeOf
    unsafeGetAttrPos
    ;

  inherit (import ./under.nix) after callUnless each;
  inherit (import ./nix-types.nix) withArticle;
  inherit (import ./suggest.nix) question;
  inherit (import ./eval/positions.nix) fileNameBelow;
  inherit (import ./argument-kinds.nix) kinds shown;

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

  problemOf =
    subject:
    {
      required,
      optional,
      elsewhere ? _: _: null,
    }:
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
      meant = elsewhere name arguments.${name};
    in
    if !(isAttrs arguments) then
      "${subject}: the argument must be a set, and is ${withArticle (typeOf arguments)}\nwrite { ${
        concatStringsSep " " (map (name: "${name} = ${examples.${name}};") (attrNames required))
      } }"
    else if unknown != [ ] && meant != null then
      "${place name}${subject}: unknown argument `${name}`\n${meant}"
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
  # Each function of a schema has it from forSchema.
  schemaHelp =
    function:
    "give the schema first, as in (confgate.lib.forSchema ./schema.json).${function} { … }";
in
{
  inherit displayName kinds;

  /**
    Where a schema belongs, by its name among the arguments of a function: for `elsewhere` of `withArguments`.

    # Type

    ```
    schemaElsewhere :: String -> { String :: String; }
    ```
  */
  schemaElsewhere = function: {
    schema = schemaHelp function;
    schemaFile = schemaHelp function;
    schemaMap = schemaHelp function;
  };

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

    : The `required` and the `optional` arguments, each with its kind; and `elsewhere`, from the name and the value of
      another argument to where it belongs, or null

    # Type

    ```
    withArguments :: String -> {
      required :: AttrSet;
      optional :: AttrSet;
      elsewhere :: (String -> Any -> String | Null) ? (_: _: null);
    } -> (AttrSet -> a) -> AttrSet -> a
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
