# Schemas of services: read from a file, with their references resolved as the gate resolves them.
let
  inherit (builtins) length readFile split;
  inherit (import ./copy-file.nix) copyFile;

  documents = import ./documents.nix;
  readJson = import ./read-json.nix;
  resolve = import ./resolve.nix;

  hasReferences = text: length (split ''"\$(ref|dynamicRef|recursiveRef)"'' text) > 1;

  fileUri = path: "file://${builtins.unsafeDiscardStringContext "${path}"}";
in
{
  /**
    Reads a schema.

    # Inputs

    `file`

    : The schema. Files that it refers to by relative references are beside it

    `schemaMap`

    : Files and directories that stand for URLs that it refers to; a URL of a directory ends with `/`

    The result has

    `schema`

    : The schema without references to follow, and without integers that Nix cannot hold

    `inStore`

    : Store path of the file

    `mapAt`

    : From the path of the schema where it is used to the store paths of the documents it refers to
    there, by their URLs

    # Type

    ```
    load :: Path -> { String :: Path; } -> { schema, inStore, mapAt }
    ```
  */
  load =
    file: schemaMap:
    let
      text = readFile file;
      inStore = copyFile file;
      at = uri: documents { inherit file schemaMap uri; };
      needsOthers = hasReferences text;
    in
    {
      inherit inStore;
      schema = if needsOthers then resolve (at (fileUri inStore)) else readJson text;
      mapAt =
        path:
        builtins.mapAttrs (_: copyFile) schemaMap
        // (if needsOthers then (at (fileUri path)).paths else { });
    };
}
