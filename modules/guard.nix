# Errors of an evaluation, in the order in which Nix prints them. Nix 2.34 begins with the outermost four
# frames, and leaves out those of Confgate after four that say which config it is about.
let
  inherit (builtins)
    addErrorContext
    compareVersions
    nixVersion
    seq
    trace
    tryEval
    ;

  # Older versions show no context without --show-trace.
  showsContext = compareVersions nixVersion "2.20" >= 0;
  say = if showsContext then addErrorContext else trace;
in
/**
  Returns a string that is evaluated under messages about what it belongs to. If its evaluation throws,
  the messages begin with the place of the definition that does.

  # Inputs

  `subject`

  : What is evaluated, such as "the bundle `production`"

  `details`

  : Two sentences about it

  `culprit`

  : A sentence about the definition that throws, or null

  # Type

  ```
  guard :: { subject :: String; details :: [ String ]; culprit :: String | Null; } -> String -> String
  ```
*/
{
  subject,
  first,
  second,
  culprit,
}:
text:
let
  attempt = tryEval text;
  under =
    value:
    addErrorContext "${subject} cannot be evaluated: the mistake is in the last lines" (
      addErrorContext first (
        addErrorContext second (addErrorContext "every step is shown with --show-trace" value)
      )
    );
  thrown = if culprit == null then under text else say culprit (under text);
in
# A failure inside an interpolation adds no frame.
"${under (seq attempt "")}${if attempt.success then attempt.value else thrown}"
