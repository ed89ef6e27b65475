# Descriptions of options, in CommonMark: the description of the schema, and what the type does not show.
{ lib }:
let
  inherit (lib)
    concatMap
    concatStringsSep
    elemAt
    filter
    findFirst
    head
    imap0
    literalExpression
    optional
    optionalAttrs
    optionals
    ;

  formats = {
    human-duration = {
      text = "A duration, such as `30s`, `5m` or `1h 30m`";
      example = "5m";
    };
    ip = {
      text = "An IPv4 or IPv6 address";
      example = "192.0.2.10";
    };
    socket-address = {
      text = "An IP address and a port, such as `192.0.2.10:8333` or `[2001:db8::10]:8333`";
      example = "192.0.2.10:8333";
    };
    host-port = {
      text = "A host and a port, such as `stun.example.net:3478`";
      example = "stun.example.net:3478";
    };
    url = {
      text = "An absolute URL, or `sqlite:PATH`";
      example = "https://node.example.net/path";
    };
    semver = {
      text = "A version such as `1.2.3`";
      example = "1.2.3";
    };
    name = {
      text = "A name of letters, digits, `-` and `_`, such as `new-lobby`";
      example = "new-lobby";
    };
    time-range = {
      text = "A range of the time of day, such as `22:00-06:00`";
      example = "22:00-06:00";
    };
    time-zone = {
      text = "A time zone of the IANA database, such as `Europe/Berlin`";
      example = "Europe/Berlin";
    };
  };

  bounds =
    part:
    let
      between =
        low: high: unit:
        if low != null && high != null then
          "${low} to ${high}${unit}"
        else if low != null then
          "at least ${low}${unit}"
        else
          "at most ${high}${unit}";
      show = word: if part ? ${word} then toString part.${word} else null;
      bounded =
        low: high: unit:
        optional (part ? ${low} || part ? ${high}) (between (show low) (show high) unit);
    in
    bounded "formatMinimum" "formatMaximum" ""
    ++ bounded "minLength" "maxLength" " characters"
    ++ bounded "minItems" "maxItems" " elements";

  # Sentences on the format of a string.
  formatSentences =
    part:
    let
      known = formats.${part.format or ""} or null;
      limits = bounds part;
      clauses = optional (known != null) known.text ++ limits;
    in
    optional (clauses != [ ]) "${concatStringsSep "; " clauses}."
    ++ optional (part ? patternErrorMessage) "It ${part.patternErrorMessage}."
    ++ optional (part ? pattern && !(part ? patternErrorMessage)) "It must match `${part.pattern}`.";

  enumDescriptions =
    part:
    optionals (part ? enum && part ? enumDescriptions) (
      imap0 (
        index: text: "- `${builtins.toJSON (elemAt part.enum index)}`: ${text}"
      ) part.enumDescriptions
    );

  # The schema of the value, or of the elements of a list.
  subject = schema: if builtins.isAttrs (schema.items or null) then schema.items else schema;
in
{
  text =
    schema: facts:
    let
      parts = facts.parts ++ optional (subject schema != schema) (subject schema);
      lines = concatStringsSep "\n" (concatMap enumDescriptions facts.parts);
      sentences =
        concatMap formatSentences parts
        ++ optional (schema ? x-unit) "Unit: ${schema.x-unit}."
        ++ optional (schema.x-secret or false) "A secret: write `secret \"NAME\"`, never the secret itself."
        ++ optional (schema.x-reload or null == "restart") "A change restarts the service.";
    in
    concatStringsSep "\n\n" (
      filter (paragraph: paragraph != "") [
        (schema.description or schema.title or "The schema has no description.")
        lines
        (concatStringsSep " " sentences)
      ]
    );

  example =
    schema: facts:
    let
      of =
        part:
        if part ? examples && part.examples != [ ] then
          head part.examples
        else
          formats.${part.format or ""}.example or null;
      own = findFirst (value: value != null) null (map of facts.parts);
      element = of (subject schema);
    in
    if schema.x-secret or false then
      { example = literalExpression ''secret "NAME"''; }
    else if own != null then
      { example = own; }
    else
      optionalAttrs (subject schema != schema && element != null) { example = [ element ]; };
}
