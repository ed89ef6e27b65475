# Reload and restart triggers: hashes of the settings of each reload class. They hash values, not store
# paths, because a new Confgate or a comment in a module moves the path of the config. Equal configs have
# equal triggers: numbers are hashed as the config has them, not as a version of Nix or a module writes them.
{
  lib,
  schema,
  # True if the service can reload.
  reload,
}:
let
  inherit (lib) filterAttrs mapAttrs;
  inherit (builtins)
    floor
    hashString
    isAttrs
    isFloat
    isList
    toJSON
    ;

  schemaFacts = import ../options/schema-facts.nix { inherit lib; };

  # Marks a place without any value of the class. Null would be a value.
  empty = {
    _type = "empty";
  };
  isEmpty = value: value._type or null == "empty";

  # The part of `value` that has the class; `inherited` is the class of the section around it.
  selectClass =
    class: inherited: schema: value:
    let
      facts = schemaFacts schema;
      own = schema.x-reload or inherited;
    in
    if facts.section then
      selectFields class own facts value
    else if own == class then
      value
    else
      empty;
  selectFields =
    class: own: facts: values:
    let
      selected = mapAttrs (name: selectClass class own (facts.fields.${name} or { })) values;
      parts = filterAttrs (_: part: !(isEmpty part)) selected;
    in
    if parts == { } then empty else parts;

  settingsOf = class: selectFields class (schema.x-reload or "live") (schemaFacts schema);

  # From 2^53 on, floats do not hold every whole number.
  largestExact = 9007199254740992.0;
  isWhole = x: x < largestExact && x > 0.0 - largestExact && floor x == x;
  canonical =
    value:
    if isFloat value then
      if isWhole value then floor value else value
    else if isList value then
      map canonical value
    else if isAttrs value && !(value ? outPath || value ? __toString) then
      mapAttrs (_: canonical) value
    else
      value;
  hash = value: hashString "sha256" (toJSON (canonical value));
  toTriggers = value: if isEmpty value then [ ] else [ (hash value) ];
in
settings: {
  reloadTriggers = if reload then toTriggers (settingsOf "live" settings) else [ ];
  restartTriggers =
    if reload then toTriggers (settingsOf "restart" settings) else [ (hash settings) ];
}
