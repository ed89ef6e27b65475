# Mistakes in the path of a schema, for which Nix has errors without a subject.
let
  inherit (builtins)
    baseNameOf
    dirOf
    isPath
    isString
    match
    pathExists
    readDir
    readFile
    storeDir
    substring
    typeOf
    ;
  inherit (import ../nix-types.nix) withArticle;

  # Older versions of Nix have no function for one path, and the store is too large to be listed.
  isFolder =
    path:
    let
      folder = toString (dirOf path);
    in
    if builtins ? readFileType then
      builtins.readFileType path == "directory"
    else
      folder != storeDir && (readDir folder).${baseNameOf path} or null == "directory";
  beginsWithBrace = text: match "[ \n\r\t]*[{].*" (substring 0 512 text) != null;
in
/**
  Returns what is wrong with the path of a schema, and the way out, or null.

  # Inputs

  `displayName`

  : From a path to its name in messages

  # Type

  ```
  fileProblem :: (String -> String) -> Any -> { text :: String; help :: String; } | Null
  ```
*/
displayName: file:
let
  # A package stands for its path.
  path = file.outPath or file;
  name = displayName (toString path);
in
if !(isPath path || isString path) then
  {
    text = "the schema must be a path, and is ${withArticle (typeOf path)}";
    help = "write the path of a JSON Schema, such as ./schema.json";
  }
else if isString path && substring 0 1 path != "/" then
  {
    text = "the schema must be a path, and is a string that begins with another character than /";
    help = "write the path of a JSON Schema without quotes, such as ./schema.json";
  }
else if !(pathExists path) then
  {
    text = "${name} not found";
    help = "create it, or correct its name; a flake in git sees only tracked files";
  }
else if isFolder path then
  {
    text = "${name} is a folder";
    help = "name the file in it, such as ${name}/schema.json";
  }
else if !(beginsWithBrace (readFile path)) then
  {
    text = "${name} is not a JSON Schema: it must begin with {";
    help = "write a JSON object, such as { \"type\": \"object\", \"properties\": { } }";
  }
else
  null
