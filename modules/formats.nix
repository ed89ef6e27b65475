# The formats of a config.
let
  inherit (builtins) concatStringsSep elem isString;

  names = [
    "toml"
    "json"
    "yaml"
  ];
in
{
  /**
    The names of the formats.
  */
  inherit names;

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
      throw "unknown format${
        if isString format then " `${format}`" else ""
      }: expected one of ${concatStringsSep ", " names}";
}
