# Errors that end an evaluation. Nix 2.34 prints frames before the message, and names in each the file of
# Confgate that it is in. The first line of the message is a frame too, and the call of `throw` has no
# position.
let
  inherit (builtins)
    addErrorContext
    head
    isList
    filter
    mapAttrs
    split
    ;
  firstLine = text: head (filter (part: !(isList part)) (split "\n" text));
in
/**
  Throws a message: what is wrong and where, and in the next lines the way out.

  # Type

  ```
  fail :: String -> a
  ```
*/
message:
addErrorContext (firstLine message) (({ error }: error) (mapAttrs (_: throw) { error = message; }))
