# Errors that end an evaluation. Nix 2.34 prints contexts before the message, and after four of them leaves
# out the calls that lead to it, which are those of Confgate.
let
  inherit (builtins)
    addErrorContext
    concatStringsSep
    filter
    head
    isString
    split
    tail
    ;
in
/**
  Throws a message: what is wrong and where, and in the next line the way out.

  # Type

  ```
  fail :: String -> a
  ```
*/
message:
let
  lines = filter isString (split "\n" message);
in
addErrorContext (head lines) (
  addErrorContext (concatStringsSep " " (tail lines)) (
    addErrorContext "docs/nix.md of Confgate describes modules and functions" (
      addErrorContext "every step is shown with --show-trace" (throw message)
    )
  )
)
