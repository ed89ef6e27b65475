# The kinds of arguments that mkBundle and the other functions have: each returns null for a value that it
# takes, and otherwise what it expects or what is wrong, with the way out.
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
    stringLength
    substring
    toJSON
    typeOf
    unsafeDiscardStringContext
    ;

  environments = import ./environments.nix;
  formats = import ./formats.nix;
  inherit (import ./nix-types.nix) withArticle;

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
  withHelp =
    help: text:
    if text == null then null else { inherit text help; };
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

  kinds = {
    environment =
      value:
      withHelp "write one of ${concatStringsSep ", " environments.names}, or dev, test, stage or prod" (
        if isString value then environments.problem value else "must be a string, and is ${shown value}"
      );
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
    format = value: withHelp "write one of ${concatStringsSep ", " formats.names}" (formats.problem value);
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
    tags =
      value:
      let
        wrong = listOf isString "a list of tags" "a tag in quotes" "[ \"europe\" ]" value;
        names = attrNames value;
      in
      if isAttrs value && names != [ ] then
        wrong // { help = "write their names in a list, as in [ ${toJSON (head names)} ]"; }
      else
        wrong;
  };
in
{
  /**
    The kinds by their names.
  */
  inherit kinds;

  /**
    Returns a value as messages display it.

    # Type

    ```
    shown :: Any -> String
    ```
  */
  inherit shown;
}
