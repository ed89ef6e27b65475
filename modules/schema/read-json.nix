# JSON with integers that Nix cannot hold. `fromJSON` fails on an integer beyond 64 bits or, before Nix
# 2.12, silently makes it another number, so such integers are taken out of the text before.
#
# The gate reads the numbers of the file. Here a bound that no integer of Nix reaches is left out, and
# so is a value of `enum`. A default becomes `x-default-beyond-nix`, with the digits as a text.
let
  inherit (builtins)
    concatMap
    concatStringsSep
    elemAt
    filter
    fromJSON
    genList
    head
    isAttrs
    isList
    isString
    length
    listToAttrs
    mapAttrs
    match
    attrNames
    removeAttrs
    replaceStrings
    split
    stringLength
    ;

  # Characters that a text of JSON does not have.
  backslash = fromJSON ''"\u0001"'';
  quote = fromJSON ''"\u0002"'';

  marker = "x-integer-beyond-nix";

  isBeyond =
    number:
    let
      parts = match "(-?)([0-9]+)" number;
      digits = elemAt parts 1;
      largest = if head parts == "-" then "9223372036854775808" else "9223372036854775807";
    in
    # A fraction or an exponent makes a float.
    parts != null && (stringLength digits > 19 || stringLength digits == 19 && digits > largest);

  # Replaces the numbers of a text without strings.
  withMarkers =
    text:
    let
      parts = split "(-?[0-9][0-9.eE+-]{18,})" text;
      replaced =
        part:
        if isString part then
          part
        else if isBeyond (head part) then
          "{${quote}${marker}${quote}:${quote}${head part}${quote}}"
        else
          head part;
    in
    if length parts == 1 then text else concatStringsSep "" (map replaced parts);

  markText =
    text:
    let
      # Escapes are hidden, so that each quote begins or ends a string.
      hidden = replaceStrings [ ''\\'' ''\"'' ] [ "${backslash}${backslash}" "${backslash}${quote}" ] text;
      pieces = filter isString (split ''"'' hidden);
      even = index: index == index / 2 * 2;
      marked = genList (
        index: if even index then withMarkers (elemAt pieces index) else elemAt pieces index
      ) (length pieces);
    in
    replaceStrings
      [ "${backslash}${backslash}" "${backslash}${quote}" quote ]
      [ ''\\'' ''\"'' ''"'' ]
      (concatStringsSep ''"'' marked);

  isMarker = value: isAttrs value && value ? ${marker};

  holdsMarker =
    value:
    isMarker value
    || isAttrs value && builtins.any (name: holdsMarker value.${name}) (attrNames value)
    || isList value && builtins.any holdsMarker value;

  # The text of a default with such integers.
  shown =
    value:
    if isMarker value then
      value.${marker}
    else if isList value then
      "[${concatStringsSep ", " (map shown value)}]"
    else if isAttrs value then
      "{${concatStringsSep ", " (map (name: "${name}: ${shown value.${name}}") (attrNames value))}}"
    else
      builtins.toJSON value;

  withoutMarkers =
    value:
    if isList value then
      map withoutMarkers (filter (element: !(isMarker element)) value)
    else if isAttrs value then
      let
        beyond = filter (name: isMarker value.${name}) (attrNames value);
        default =
          if value ? default && holdsMarker value.default then
            {
              removed = [ "default" ];
              added.x-default-beyond-nix = shown value.default;
            }
          else
            {
              removed = [ ];
              added = { };
            };
        defaults = value.x-defaults or { };
        beyondIn =
          if isAttrs defaults then
            filter (name: holdsMarker defaults.${name}) (attrNames defaults)
          else
            [ ];
        byEnvironment =
          if beyondIn == [ ] then
            { }
          else
            {
              x-defaults = removeAttrs defaults beyondIn;
              x-default-beyond-nix = concatStringsSep ", " (
                map (name: "${shown defaults.${name}} in ${name}") beyondIn
              );
            };
      in
      mapAttrs (_: withoutMarkers) (
        removeAttrs value (beyond ++ default.removed) // default.added // byEnvironment
      )
    else
      value;
in
text:
# Most schemas have no such integer.
if length (split "[0-9]{19}" text) == 1 then
  fromJSON text
else
  withoutMarkers (fromJSON (markText text))
