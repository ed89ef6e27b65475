# Copies of files in the store.
let
  inherit (builtins)
    baseNameOf
    dirOf
    path
    pathExists
    readDir
    readFile
    storeDir
    toFile
    ;

  # A file in the store itself has a name of its own there, and the store is too large to list.
  isLink =
    file:
    toString (dirOf file) != storeDir
    && (readDir (dirOf file)).${baseNameOf file} or null == "symlink";
in
{
  /**
    Copies a file or a directory to the store. `builtins.path` copies a symbolic link as a link, which leads nowhere in
    the sandbox of a build; of a link to a file, this copies the file.

    # Type

    ```
    copyFile :: Path -> StorePath
    ```
  */
  copyFile =
    file:
    if isLink file && !pathExists (toString file + "/.") then
      toFile (baseNameOf file) (readFile file)
    else
      path { path = file; };
}
