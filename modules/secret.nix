# References to secrets. The service resolves them when it starts, so no secret enters the Nix store.
let
  inherit (builtins)
    isString
    match
    typeOf
    ;
  inherit (import ./nix-types.nix) withArticle;
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
if isString name then
  # A text that is not a name may be the secret itself: it is neither written to the store nor displayed. The gate rejects the
  # reference without a name, with the place of the setting, which is not known here.
  if match "[A-Z][A-Z0-9_]*" name != null then "\${SECRET_${name}}" else "\${SECRET_}"
else
  import ./fail.nix "the name of a secret must be a string, and is ${withArticle (typeOf name)}
write it in quotes, as in secret \"DB_PASSWORD\""
