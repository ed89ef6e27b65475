# URIs of schemas, and the resolution of references (RFC 3986).
let
  inherit (builtins)
    concatLists
    concatStringsSep
    elemAt
    filter
    foldl'
    fromJSON
    genList
    head
    isString
    length
    match
    replaceStrings
    split
    stringLength
    substring
    ;

  hexDigits = [ "0" "1" "2" "3" "4" "5" "6" "7" "8" "9" "a" "b" "c" "d" "e" "f" ];
  upper =
    replaceStrings
      [ "a" "b" "c" "d" "e" "f" ]
      [ "A" "B" "C" "D" "E" "F" ];

  # The codes of printable ASCII, from "20" to "7e".
  codes = genList (
    index:
    let
      code = index + 32;
    in
    "${elemAt hexDigits (code / 16)}${elemAt hexDigits (code - code / 16 * 16)}"
  ) 95;
  characters = map (code: fromJSON ''"\u00${code}"'') codes;

  # Characters that names of files and types have, and URIs do not.
  inNames = [ " " "<" ">" ''"'' "{" "}" "|" "^" "`" ];
  encoded = [ "%20" "%3C" "%3E" "%22" "%7B" "%7D" "%7C" "%5E" "%60" ];

  dropLast = list: genList (elemAt list) (length list - 1);

  # Removes `.` and `..` from a path.
  normalize =
    path:
    let
      segments = filter isString (split "/" path);
      last = elemAt segments (length segments - 1);
      isFolder = last == "." || last == "..";
      kept = foldl' (
        kept: segment:
        if segment == "." then
          kept
        else if segment == ".." then
          if length kept > 1 then dropLast kept else kept
        else
          kept ++ [ segment ]
      ) [ ] segments;
    in
    concatStringsSep "/" (kept ++ (if isFolder then [ "" ] else [ ]));

  folderOf = path: head (match "(.*/)?[^/]*" path);
  hasScheme = reference: match "[A-Za-z][A-Za-z0-9+.-]*:.*" reference != null;
in
{
  inherit hasScheme;

  # Decodes ASCII, which is what generators encode.
  decode =
    text:
    if match ".*%.*" text == null then
      text
    else
      replaceStrings
        (concatLists (map (code: [ "%${code}" "%${upper code}" ]) codes))
        (concatLists (map (character: [ character character ]) characters))
        text;

  split =
    reference:
    let
      parts = match "([^#]*)(#(.*))?" reference;
      fragment = elemAt parts 2;
    in
    {
      uri = head parts;
      fragment = if fragment == null then "" else fragment;
    };

  join =
    base: text:
    let
      reference = replaceStrings inNames encoded text;
      # Scheme, authority and path.
      parts = match "([A-Za-z][A-Za-z0-9+.-]*:)(//[^/?]*)?([^?]*).*" base;
      start = "${head parts}${if elemAt parts 1 == null then "" else elemAt parts 1}";
      folder = folderOf (elemAt parts 2);
      absolute = match "([A-Za-z][A-Za-z0-9+.-]*://[^/?]*)([^?]*)(.*)" reference;
    in
    if reference == "" then
      base
    else if hasScheme reference then
      if absolute == null then
        reference
      else
        "${head absolute}${normalize (elemAt absolute 1)}${elemAt absolute 2}"
    else if parts == null then
      reference
    else if substring 0 2 reference == "//" then
      "${head parts}${reference}"
    else if substring 0 1 reference == "/" then
      "${start}${normalize reference}"
    else
      "${start}${normalize "${if folder == null then "/" else folder}${reference}"}";

  # The rest of a text behind a prefix, or null.
  after =
    prefix: text:
    let
      size = stringLength prefix;
    in
    if substring 0 size text == prefix then substring size (-1) text else null;

  # The folder of a URI, with `/` at its end.
  folder = uri: folderOf uri;
}
