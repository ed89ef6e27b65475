# References to secrets. The service resolves them when it starts, so no secret enters the Nix store.
let
  inherit (builtins)
    isString
    match
    toJSON
    typeOf
    ;
in
/**
  Returns a reference to a secret.

  # Inputs

  `name`

  : Capitals, digits and `_`, starting with a capital

  # Type

  ```
  secret :: String -> String
  ```

  # Example

  ```nix
  secret "DB_PASSWORD"
  => "\${SECRET_DB_PASSWORD}"
  ```
*/
name:
let
  shown = if isString name then toJSON name else "of type ${typeOf name}";
in
if isString name && match "[A-Z][A-Z0-9_]*" name != null then
  "\${SECRET_${name}}"
else
  throw "invalid secret name ${shown}: use capitals, digits and `_`, starting with a capital, as in secret \"DB_PASSWORD\""
