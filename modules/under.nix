# Contexts of errors. Nix evaluates the message of a context after the error, so the message can look for
# the mistake: it evaluates each part again under a sentence with its place, and the part that throws
# replaces the first error by its own. That works for errors that tryEval does not catch.
#
# Nix 2.34 begins with the outermost frames, and leaves out those of Confgate after four other ones. A
# search adds no frames of its own: calls of functions add none, but calls of builtins, conditions and
# attributes of Confgate do.
let
  inherit (builtins)
    addErrorContext
    compareVersions
    elemAt
    length
    nixVersion
    trace
    ;
  fail = import ./fail.nix;

  # Older versions show no context without --show-trace.
  showsContext = compareVersions nixVersion "2.20" >= 0;
  shown = sentence: if showsContext then sentence else trace sentence sentence;

  everyStep = "every step is shown with --show-trace";

  after = first: second: first."no set has this name" or second;

  each =
    function: list:
    let
      from =
        start: count:
        if count == 0 then
          null
        else if count == 1 then
          function start (elemAt list start)
        else
          after (from start (count / 2)) (from (start + count / 2) (count - count / 2));
    in
    from 0 (length list);

  blame =
    {
      subject,
      first,
      second,
      ...
    }:
    {
      __functor =
        _: sentence: value:
        addErrorContext (shown sentence) (
          addErrorContext "in ${subject}: ${first}" (addErrorContext second (addErrorContext everyStep value))
        );
      attribute =
        sentence: value:
        addErrorContext (shown sentence) (
          addErrorContext "in ${subject}: ${first}, and ${second}" (addErrorContext everyStep value)
        );
    };

  guard =
    evaluating: value:
    let
      inherit (evaluating) subject first second;
      fallback =
        evaluating.fallback or "${subject} cannot be evaluated: the mistake is in the last lines";
    in
    # Without a part to blame, the whole throws again.
    addErrorContext (after (evaluating.search (blame evaluating)) (
      addErrorContext (shown fallback) (
        addErrorContext first (addErrorContext second (addErrorContext everyStep value))
      )
    )) value;
in
{
  /**
    Evaluates the first value, and then returns the second one. In a search, nothing else may evaluate a
    value that can throw.

    # Type

    ```
    after :: a -> b -> b
    ```
  */
  inherit after;

  /**
    Calls a function with the index of each element and the element, one after the other. An element that
    can throw belongs into a function.

    # Type

    ```
    each :: (Int -> a -> Null) -> [ a ] -> Null
    ```
  */
  inherit each;

  /**
    Evaluates a value. If it throws, the messages begin with the sentence that the search throws under,
    or with `fallback` if it finds nothing.

    # Inputs

    `subject`

    : What is evaluated, such as "the bundle `production`"

    `first`, `second`

    : Two sentences about it

    `search`

    : Evaluates each part under a sentence with its place, by the function that it is called with

    `fallback`

    : The sentence in place of one about a part

    # Type

    ```
    guard :: {
      subject :: String;
      first :: String;
      second :: String;
      search :: Blame -> Null;
      fallback :: String ? (one about the subject);
    } -> a -> a
    ```
  */
  inherit guard;

  /**
    Calls a function, or throws for the problem that its argument has. What throws while the problem is
    looked for is evaluated as by `guard`.

    # Type

    ```
    callUnless :: { subject :: String; …; search :: Blame -> Null; } -> (String | Null) -> (a -> b) -> a -> b
    ```
  */
  callUnless =
    evaluating: problem: function: argument:
    # A failure in the place of a function adds no frame.
    (guard evaluating (if problem == null then function else _: fail problem)) argument;
}
