# Contexts of errors, in the order in which Nix prints them. Nix 2.34 begins with the outermost four
# frames, and leaves out those of Confgate after four that say what is evaluated.
let
  inherit (builtins)
    addErrorContext
    compareVersions
    nixVersion
    seq
    trace
    tryEval
    ;
  fail = import ./fail.nix;

  # Older versions show no context without --show-trace.
  showsContext = compareVersions nixVersion "2.20" >= 0;
  say = if showsContext then addErrorContext else trace;

  under =
    {
      subject,
      first,
      second,
      ...
    }:
    value:
    addErrorContext "${subject} cannot be evaluated: the mistake is in the last lines" (
      addErrorContext first (
        addErrorContext second (addErrorContext "every step is shown with --show-trace" value)
      )
    );

  # The search for the culprit can meet the same error.
  underCulprit =
    evaluating: value:
    let
      inherit (evaluating) culprit;
      attempt = tryEval (seq culprit culprit);
      found = if attempt.success then attempt.value else null;
      sentence = if found == null then evaluating.fallback or null else found;
      inner = under evaluating value;
    in
    if sentence == null then inner else say sentence inner;
in
{
  /**
    Evaluates a value under three sentences about what it belongs to.

    # Inputs

    `subject`

    : What is evaluated, such as "the bundle `production`"

    `first`, `second`

    : Two sentences about it

    # Type

    ```
    under :: { subject :: String; first :: String; second :: String; } -> a -> a
    ```
  */
  inherit under;

  /**
    Evaluates a value that throws under the same sentences, and before them the one in `culprit` about
    the place that does. If it is null, or its search throws too, `fallback` stands there.

    # Type

    ```
    underCulprit :: { subject :: String; …; culprit :: String | Null; fallback :: String ? null; } -> a -> a
    ```
  */
  inherit underCulprit;

  /**
    Calls a function, or throws for the problem that its argument has. What throws while the problem is
    looked for has the sentences before it.

    # Type

    ```
    callUnless :: { subject :: String; …; culprit :: String | Null; } -> (String | Null) -> (a -> b) -> a -> b
    ```
  */
  callUnless =
    evaluating: problem: function: argument:
    let
      attempt = tryEval problem;
    in
    # A failure in the place of a function adds no frame.
    (under evaluating (
      if !attempt.success then
        _: underCulprit evaluating problem
      else if attempt.value == null then
        function
      else
        _: fail attempt.value
    ))
      argument;
}
