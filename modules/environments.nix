# The four environments and their accepted spellings.
let
  inherit (builtins) attrNames concatStringsSep isString;
  inherit (import ./suggest.nix) question;

  names = [
    "Development"
    "Testing"
    "Staging"
    "Production"
  ];

  spellings = {
    Development = "Development";
    development = "Development";
    dev = "Development";
    Testing = "Testing";
    testing = "Testing";
    test = "Testing";
    Staging = "Staging";
    staging = "Staging";
    stage = "Staging";
    Production = "Production";
    production = "Production";
    prod = "Production";
  };

  lowerCase = {
    Development = "development";
    Testing = "testing";
    Staging = "staging";
    Production = "production";
  };

  problem =
    spelling:
    if spellings ? ${spelling} then
      null
    else
      "is the unknown environment `${spelling}`${question (attrNames spellings) spelling}";

  parse =
    spelling:
    spellings.${spelling} or (import ./fail.nix "the environment ${problem spelling}
write one of ${concatStringsSep ", " names}, or dev, test, stage or prod");
in
{
  /**
    The canonical names.
  */
  inherit names;

  /**
    The canonical names by their accepted spellings.
  */
  inherit spellings;

  /**
    Tests for an accepted spelling of an environment.

    # Type

    ```
    isKnown :: Any -> Bool
    ```
  */
  isKnown = spelling: isString spelling && spellings ? ${spelling};

  /**
    Returns what is wrong with the spelling of an environment, or null.

    # Type

    ```
    problem :: String -> String | Null
    ```
  */
  inherit problem;

  /**
    Returns the canonical name for an accepted spelling.

    # Type

    ```
    parse :: String -> String
    ```

    # Example

    ```nix
    parse "prod"
    => "Production"
    ```
  */
  inherit parse;

  /**
    Returns the name in lower case, as bundles and files are named.

    # Type

    ```
    toLower :: String -> String
    ```

    # Example

    ```nix
    toLower "prod"
    => "production"
    ```
  */
  toLower = spelling: lowerCase.${parse spelling};
}
