# The four environments and their accepted spellings.
let
  inherit (builtins) concatStringsSep;

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

  parse =
    spelling:
    spellings.${spelling}
      or (throw "unknown environment `${spelling}`: expected one of ${concatStringsSep ", " names}, or dev, test, stage or prod");
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
