# Derivations whose builder is the confgate binary, and what they are given.
let
  inherit (builtins)
    any
    attrValues
    baseNameOf
    getContext
    listToAttrs
    match
    path
    replaceStrings
    substring
    toFile
    toJSON
    unsafeDiscardStringContext
    ;

  # Names in the store know fewer characters than names of files.
  storeName =
    file:
    let
      name = replaceStrings [ " " "@" "~" "," "(" ")" ] [ "-" "-" "-" "-" "-" "-" ] (baseNameOf file);
    in
    if match "[a-zA-Z0-9+_?=-][a-zA-Z0-9+._?=-]*" name == null then "source" else name;
in
{
  # The request is a file, because a large config does not fit into a variable, and no structured attributes, because Nix
  # 2.8 gives a builder without bash a wrong path to them. A file of its own in the store is much cheaper than one that the
  # derivation carries, which Nix reads character by character; but it cannot name what is still to be built.
  derive =
    {
      name,
      confgate,
      command,
      request,
    }:
    let
      text = toJSON request;
      awaits = any (input: input ? outputs) (attrValues (getContext text));
    in
    derivation {
      inherit name;
      inherit (confgate) system;
      # A service's own binary has the same commands under its own name.
      builder = "${confgate}/bin/${confgate.meta.mainProgram or "confgate"}";
      args = [ command ];
      ${if awaits then "request" else null} = text;
      ${if awaits then "passAsFile" else null} = [ "request" ];
      ${if awaits then null else "requestPath"} = toFile "${name}-request.json" text;
    };

  # Each file a store path of its own, so that an edit elsewhere in the sources rebuilds nothing.
  sourcesBelow =
    root: files:
    listToAttrs (
      map (file: {
        name = file;
        value = path {
          path = if substring 0 1 file == "/" then unsafeDiscardStringContext file else root + "/${file}";
          name = storeName file;
        };
      }) files
    );
}
