# The formats of a config.
let
  inherit (builtins)
    concatStringsSep
    elem
    isString
    typeOf
    ;
  inherit (import ./nix-types.nix) withArticle;
  inherit (import ./suggest.nix) question;

  names = [
    "toml"
    "json"
    "yaml"
  ];

  problem =
    format:
    if elem format names then
      null
    else if isString format then
      "is the unknown format `${format}`${question names format}"
    else
      "must be the name of a format, and is ${withArticle (typeOf format)}";
in
{
  /**
    The names of the formats.
  */
  inherit names;

  /**
    Returns what is wrong with the name of a format, or null.

    # Type

    ```
    problem :: Any -> String | Null
    ```
  */
  inherit problem;

  /**
    Returns the format itself, or throws if Confgate does not write it.

    # Type

    ```
    parse :: String -> String
    ```

    # Example

    ```nix
    parse "yaml"
    => "yaml"
    ```
  */
  parse =
    format:
    if elem format names then
      format
    else
      import ./fail.nix "the format ${problem format}
write one of ${concatStringsSep ", " names}";
}
