# JSON Pointers (RFC 6901): how a place in the settings is named in origins and problems.
let
  inherit (builtins) replaceStrings;
in
{
  segment = replaceStrings [ "~" "/" ] [ "~0" "~1" ];
}
