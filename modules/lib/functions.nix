# Functions and sets that are called like them.
let
  isFunction = value: builtins.isFunction value || (value ? __functor && isFunction (value.__functor value));
  functionArgs =
    function:
    if function ? __functor then
      function.__functionArgs or (functionArgs (function.__functor function))
    else
      builtins.functionArgs function;
in
{
  /**
    Tests for a function or a set with `__functor`, as nixpkgs' lib does.

    # Type

    ```
    isFunction :: Any -> Bool
    ```
  */
  inherit isFunction;

  /**
    Returns the arguments that a function names, and for each if it has a default.

    # Type

    ```
    functionArgs :: (a -> b) -> { String :: Bool; }
    ```
  */
  inherit functionArgs;
}
