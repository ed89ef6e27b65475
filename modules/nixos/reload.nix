# The values of the settings by what a change of them asks for. Values and never store paths: a new Confgate, or a comment in
# a module, moves the path of the config and must not touch a node.
{
  lib,
  schema,
  # Whether the service can reload at all.
  reload,
}:
let
  inherit (lib) filterAttrs mapAttrs;
  inherit (builtins) hashString toJSON;

  read = import ../options/read.nix { inherit lib; };

  # Stands for what has none of the class in it.
  nothing = {
    _type = "nothing";
  };
  isNothing = value: value._type or null == "nothing";

  # What of `value` has the class; `inherited` is the class of what stands around it.
  pick =
    class: inherited: schema: value:
    let
      facts = read schema;
      own = schema.x-reload or inherited;
    in
    if facts.section then
      pickEach class own facts value
    else if own == class then
      value
    else
      nothing;
  pickEach =
    class: own: facts: values:
    let
      picked = mapAttrs (name: pick class own (facts.fields.${name} or { })) values;
      parts = filterAttrs (_: part: !(isNothing part)) picked;
    in
    if parts == { } then nothing else parts;

  of = class: pickEach class (schema.x-reload or "live") (read schema);
  hash = value: hashString "sha256" (toJSON value);
  trigger = value: if isNothing value then [ ] else [ (hash value) ];
in
settings: {
  reloadTriggers = if reload then trigger (of "live" settings) else [ ];
  restartTriggers = if reload then trigger (of "restart" settings) else [ (hash settings) ];
}
