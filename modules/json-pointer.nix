# JSON Pointers (RFC 6901), which name places of the settings in origins and problems.
let
  inherit (builtins) replaceStrings;
in
{
  /**
    Escapes one segment of a JSON Pointer.

    # Type

    ```
    escapeSegment :: String -> String
    ```

    # Example

    ```nix
    escapeSegment "a/b"
    => "a~1b"
    ```
  */
  escapeSegment = replaceStrings [ "~" "/" ] [ "~0" "~1" ];
}
