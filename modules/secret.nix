# `secret "DB_PASSWORD"` is a reference, never the secret: whoever starts the service resolves it, so nothing secret is in a
# store path.
let
  inherit (builtins)
    isString
    match
    toJSON
    typeOf
    ;
in
name:
let
  said = if isString name then toJSON name else "of type ${typeOf name}";
in
if isString name && match "[A-Z][A-Z0-9_]*" name != null then
  "\${SECRET_${name}}"
else
  throw "secret ${said}: the name of a secret is capitals, digits and _, and starts with a capital, as in secret \"DB_PASSWORD\""
