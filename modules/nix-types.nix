# The types of Nix values in messages.
let
  names = {
    int = "an integer";
    bool = "a boolean";
    string = "a string";
    path = "a path";
    null = "null";
    set = "a set";
    list = "a list";
    lambda = "a function";
    float = "a float";
  };
in
{
  /**
    Returns the name of a type, as `typeOf` gives it, with its article.

    # Type

    ```
    withArticle :: String -> String
    ```

    # Example

    ```nix
    withArticle "int"
    => "an integer"
    ```
  */
  withArticle = type: names.${type} or "a value of the type ${type}";
}
