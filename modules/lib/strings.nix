# Functions of nixpkgs' lib for strings, by their names and arguments there.
let
  inherit (builtins)
    compareVersions
    concatMap
    concatStringsSep
    elemAt
    filter
    fromJSON
    genList
    head
    isString
    mapAttrs
    match
    readFile
    replaceStrings
    split
    stringLength
    substring
    ;
  inherit (import ./lists.nix) imap1 replicate;

  lower = stringToCharacters "abcdefghijklmnopqrstuvwxyz";
  upper = stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  stringToCharacters = text: genList (index: substring index 1 text) (stringLength text);

  escape = characters: replaceStrings characters (map (character: "\\${character}") characters);
  escapeRegex = escape (stringToCharacters "\\[{()^$?*+|.");

  # The integer in a text, with or without zeros before it.
  parseInt =
    text:
    let
      found = match "[[:space:]]*(-?)0*([1-9][0-9]*|0)[[:space:]]*" text;
    in
    if found == null then
      throw "cannot convert ${builtins.toJSON text} to an integer"
    else
      fromJSON (head found + elemAt found 1);
in
rec {
  inherit escape escapeRegex stringToCharacters;

  concatStrings = concatStringsSep "";
  concatMapStrings = function: list: concatStrings (map function list);
  concatImapStrings = function: list: concatStrings (imap1 function list);
  concatMapStringsSep =
    separator: function: list:
    concatStringsSep separator (map function list);
  concatImapStringsSep =
    separator: function: list:
    concatStringsSep separator (imap1 function list);
  concatMapAttrsStringSep =
    separator: function: attrs:
    concatStringsSep separator (builtins.attrValues (mapAttrs function attrs));
  concatLines = concatMapStrings (line: "${line}\n");
  intersperse =
    separator: list:
    builtins.tail (
      concatMap (element: [
        separator
        element
      ]) list
    );
  optionalString = condition: text: if condition then text else "";

  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  hasSuffix =
    suffix: text:
    let
      start = stringLength text - stringLength suffix;
    in
    start >= 0 && substring start (-1) text == suffix;
  hasInfix = infix: text: match ".*${escapeRegex infix}.*" "${text}" != null;
  removePrefix =
    prefix: text: if hasPrefix prefix text then substring (stringLength prefix) (-1) text else text;
  removeSuffix =
    suffix: text:
    if hasSuffix suffix text then
      substring 0 (stringLength text - stringLength suffix) text
    else
      text;

  splitString = separator: text: filter isString (split (escapeRegex (toString separator)) (toString text));
  toLower = replaceStrings upper lower;
  toUpper = replaceStrings lower upper;
  toSentenceCase =
    text:
    if !isString text then
      throw "toSentenceCase needs a string"
    else
      toUpper (substring 0 1 text) + toLower (substring 1 (-1) text);
  trim =
    text:
    let
      found = match "[ \t\r\n]*([^ \t\r\n]|[^ \t\r\n].*[^ \t\r\n])[ \t\r\n]*" text;
    in
    if found == null then "" else head found;
  fixedWidthString =
    width: filler: text:
    if stringLength text > width then
      throw "fixedWidthString: the text is longer than ${toString width}"
    else
      concatStrings (replicate (width - stringLength text) filler) + text;
  fixedWidthNumber = width: number: fixedWidthString width "0" (toString number);

  toInt =
    text:
    if match "[[:space:]]*-?0[0-9]+[[:space:]]*" text != null then
      throw "ambiguous integer ${builtins.toJSON text}: use toIntBase10"
    else
      parseInt text;
  toIntBase10 = parseInt;

  escapeShellArg =
    argument:
    let
      text = toString argument;
    in
    if match "[[:alnum:],._+:@%/-]+" text == null then
      "'${replaceStrings [ "'" ] [ "'\\''" ] text}'"
    else
      text;
  escapeShellArgs = concatMapStringsSep " " escapeShellArg;

  versionOlder = a: b: compareVersions b a == 1;
  versionAtLeast = a: b: !(versionOlder a b);
  fileContents = file: removeSuffix "\n" (readFile file);
}
