# Derivations whose builder is the confgate binary.
let
  inherit (builtins)
    any
    attrValues
    baseNameOf
    getContext
    listToAttrs
    mapAttrs
    match
    path
    replaceStrings
    substring
    toFile
    toJSON
    unsafeDiscardStringContext
    ;

  inherit (import ./under.nix) guard;

  # Store names allow fewer characters than file names.
  toStoreName =
    file:
    let
      name = replaceStrings [ " " "@" "~" "," "(" ")" ] [ "-" "-" "-" "-" "-" "-" ] (baseNameOf file);
    in
    if match "[a-zA-Z0-9+_?=-][a-zA-Z0-9+._?=-]*" name == null then "source" else name;
in
{
  /**
    Makes a derivation that runs one command of the binary, without shell and stdenv.

    The request is passed as a file, because a large config does not fit into an environment
    variable. Structured attributes are not used: Nix 2.8 gives a builder without bash a wrong path
    to them. A store file is cheaper than `passAsFile`, which Nix parses character by character, but
    it cannot refer to outputs that are not built yet.

    # Inputs

    `name`

    : Name of the derivation

    `confgate`

    : Package of the binary; a service's own binary has the same commands

    `command`

    : `"bundle"`, `"fleet"` or `"link"`

    `request`

    : Input of the command, converted to JSON

    `evaluating`

    : What messages say about an evaluation that fails, for `guard`

    # Type

    ```
    mkDerivation :: {
      name :: String;
      confgate :: Derivation;
      command :: String;
      request :: AttrSet;
      evaluating :: AttrSet;
    } -> Derivation
    ```
  */
  mkDerivation =
    {
      name,
      confgate,
      command,
      request,
      evaluating,
    }:
    let
      text = toJSON request;
      hasOutputs = any (input: input ? outputs) (attrValues (getContext text));
      made = derivation {
        inherit name;
        inherit (confgate) system;
        builder = "${confgate}/bin/${confgate.meta.mainProgram or "confgate"}";
        args = [ command ];
        ${if hasOutputs then "request" else null} = text;
        ${if hasOutputs then "passAsFile" else null} = [ "request" ];
        ${if hasOutputs then null else "requestPath"} = toFile "${name}-request.json" text;
      };
      # The names of its attributes are known before the request is, whose evaluation may fail. Without
      # positions, messages do not name this file.
      result = mapAttrs (_: value: value) {
        type = "derivation";
        inherit name;
        inherit (confgate) system;
        inherit (made) args builder drvAttrs;
        outputs = [ "out" ];
        outputName = "out";
        out = result;
        all = [ result ];
        drvPath = guard evaluating made.drvPath;
        outPath = guard evaluating made.outPath;
      };
    in
    result;

  /**
    Copies source files to the store, each to a path of its own, so that an edit of one file rebuilds
    only what it is part of.

    # Type

    ```
    sourcesBelow :: (Path | String) -> [ String ] -> { String :: StorePath; }
    ```
  */
  sourcesBelow =
    root: files:
    listToAttrs (
      map (file: {
        name = file;
        value = path {
          path = if substring 0 1 file == "/" then unsafeDiscardStringContext file else root + "/${file}";
          name = toStoreName file;
        };
      }) files
    );
}
