# Errors of an evaluation, under messages about the config that it belongs to.
let
  inherit (builtins) seq tryEval;
  inherit (import ./under.nix) under underCulprit;
in
/**
  Returns a string that is evaluated under messages about what it belongs to. If its evaluation throws,
  the messages begin with the place of the definition that does.

  # Inputs

  `subject`

  : What is evaluated, such as "the bundle `production`"

  `first`, `second`

  : Two sentences about it

  `culprit`

  : A sentence about the definition that throws, or null

  `fallback`

  : The sentence in place of one about a definition

  # Type

  ```
  guard :: { subject :: String; first :: String; second :: String; culprit :: String | Null; fallback :: String ? null; } -> String -> String
  ```
*/
evaluating: text:
let
  attempt = tryEval text;
in
# A failure inside an interpolation adds no frame.
"${under evaluating (seq attempt "")}${
  if attempt.success then attempt.value else underCulprit evaluating text
}"
