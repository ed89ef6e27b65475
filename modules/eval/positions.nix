# Positions in the source: file, line and column of a definition, and the files that messages name.
let
  inherit (builtins)
    any
    attrNames
    attrValues
    catAttrs
    concatLists
    dirOf
    filter
    getAttr
    groupBy
    head
    isAttrs
    pathExists
    removeAttrs
    stringLength
    substring
    unsafeDiscardStringContext
    unsafeGetAttrPos
    ;

  ownLibrary = unsafeDiscardStringContext (toString ../lib + "/");

  # Most values are written in the file of a module, but not all.
  positionElsewhere =
    written: def:
    let
      file = def.context.fileName written;
    in
    if file == null then def.pos else { inherit file; };

  # The file that the first attribute of a set is written in.
  fileOfAttrs =
    attrs:
    let
      position = unsafeGetAttrPos (head (attrNames attrs)) attrs;
    in
    if !isAttrs attrs || attrs == { } || position == null then "" else position.file;
in
{
  /**
    Names a file: relative to the root when it is below the root, absolute otherwise. The result is
    null for a name that is not a path, such as the expression of `nix eval --expr`, which some
    versions of Nix report as a file.

    # Type

    ```
    fileNameBelow :: (Path | String) -> String -> String | Null
    ```

    # Example

    ```nix
    fileNameBelow "/srv/config" "/srv/config/base.nix"
    => "base.nix"
    ```
  */
  fileNameBelow =
    root:
    let
      path = unsafeDiscardStringContext (toString root);
      folder = if path != "" && substring (stringLength path - 1) 1 path == "/" then path else path + "/";
      length = if path == "" then 0 else stringLength folder;
    in
    file:
    if substring 0 length file == folder then
      substring length (-1) file
    else if substring 0 1 file == "/" then
      file
    else
      null;

  /**
    Returns `fileName` with null for the files of libraries: this one, and the one that modules are given. Their
    functions, such as `genAttrs`, make attributes whose place is not the user's, and differs between versions.

    # Type

    ```
    besideLibraries :: Any -> (String -> String | Null) -> String -> String | Null
    ```
  */
  besideLibraries =
    lib: fileName:
    let
      given = if isAttrs lib then unsafeGetAttrPos "genAttrs" lib else null;
      name = if given == null then null else fileName given.file;
      # A library in the folder of the user is the user's.
      isOutside = name != null && substring 0 1 name == "/";
      folders = [ ownLibrary ] ++ (if isOutside then [ "${dirOf given.file}/" ] else [ ]);
      isIn = file: folder: substring 0 (stringLength folder) file == folder;
    in
    file: if any (isIn file) folders then null else fileName file;

  /**
    Returns the position of the attribute `name` in the table of a definition. The position belongs
    to the attribute, so it is also known when the value is wrapped in a property. When Nix does not
    know it, the position of the table is returned.

    # Type

    ```
    attrPosition :: String -> Definition -> Position
    ```
  */
  attrPosition =
    name: def:
    let
      position = unsafeGetAttrPos name def.value;
    in
    if position == null then
      def.pos
    else
      position // def.context.files.${position.file} or (positionElsewhere position.file def);

  /**
    Returns the position that stands for a whole file, by its written name.

    # Type

    ```
    filePosition :: (String -> String | Null) -> String -> Position
    ```
  */
  filePosition =
    fileName: file:
    let
      name = fileName file;
    in
    {
      file = if name == null then file else name;
      line = 0;
      column = 0;
    };

  /**
    Returns the position that stands for a whole module. For a folder it names `default.nix`,
    because a source has to be a file.

    # Type

    ```
    modulePosition :: (String -> String | Null) -> String -> Position
    ```
  */
  modulePosition =
    fileName: file:
    let
      defaultFile = file + "/default.nix";
      written = if fileName file != null && pathExists defaultFile then defaultFile else file;
      name = fileName written;
    in
    {
      file = if name == null then written else name;
      line = 0;
      column = 0;
    };

  /**
    Returns the file of a module and its displayed name, as a list of one pair for `listToAttrs`, or
    an empty list. A module that was not imported from a file is usually still written in one file.

    # Type

    ```
    moduleFile :: (String -> String | Null) -> Module -> [ { name, value :: { file } } ]
    ```
  */
  moduleFile =
    fileName: module:
    let
      written = if fileName module.file == null then fileOfAttrs module.config else module.file;
      file = fileName written;
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

  /**
    Returns the existing files that origins and problems name, as the names of a set. A module may set
    `_file` to any text, so not every name is that of a file. Those of `known` exist.

    # Type

    ```
    sourceFiles :: (Path | String) -> AttrSet -> Origins -> [ Problem ] -> AttrSet
    ```
  */
  sourceFiles =
    root: known: origins: problems:
    let
      isFile =
        name:
        if substring 0 1 name == "/" then pathExists name else root != "" && pathExists (root + "/${name}");
      values = attrValues origins;
      positions = concatLists (
        catAttrs "set" values ++ catAttrs "overridden" values ++ catAttrs "at" problems
      );
      named = groupBy (getAttr "file") positions;
      unknown = removeAttrs named ([ "<inline>" ] ++ attrNames known);
      missing = filter (name: !(isFile name)) (attrNames unknown);
    in
    removeAttrs named ([ "<inline>" ] ++ missing);
}
