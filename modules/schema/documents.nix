# A schema and the documents that it refers to: files beside it and mapped URLs. A document that is not
# found is left to the gate, which says where it is referred to.
#
# A document has `uri`, `path`, `json` and `isClassic`, for the drafts before 2019-09, which ignore
# keywords beside `$ref`.
{
  file,
  schemaMap,
  # The URI of the file where the schema is used.
  uri,
}:
let
  inherit (builtins)
    attrNames
    attrValues
    concatMap
    dirOf
    filter
    genericClosure
    head
    isAttrs
    isList
    isString
    listToAttrs
    match
    pathExists
    readFile
    sort
    stringLength
    substring
    tail
    ;

  readJson = import ./read-json.nix;
  inherit (import ./copy-file.nix) copyFile;
  uris = import ./uri.nix;

  toDocument =
    uri: path:
    let
      json = readJson (readFile path);
      dialect = if isAttrs json then json."$schema" or "" else "";
    in
    {
      key = uri;
      inherit uri path json;
      isClassic = match ".*draft-0[3467].*" dialect != null;
      idKeyword = if match ".*draft-04.*" dialect != null then "id" else "$id";
    };

  root = toDocument uri file;

  idOf =
    document: schema:
    let
      id = schema.${document.idKeyword} or null;
    in
    if isString id && !(document.isClassic && isString (schema."$ref" or null)) then
      (uris.split id).uri
    else
      "";

  # Every schema with an identifier, and every reference to another document, with its base.
  walk =
    document: base: value:
    if isAttrs value then
      let
        id = idOf document value;
        inner = if id == "" then base else uris.join base id;
        reference = value."$ref" or null;
        other = if isString reference then (uris.split reference).uri else "";
      in
      (
        if id == "" then
          [ ]
        else
          [
            {
              uri = inner;
              base = inner;
              schema = value;
              inherit document;
            }
          ]
      )
      ++ (
        if other == "" then
          [ ]
        else
          [
            {
              reference = other;
              base = inner;
            }
          ]
      )
      ++ concatMap (walk document inner) (attrValues value)
    else if isList value then
      concatMap (walk document base) value
    else
      [ ];

  firstOr = default: list: if list == [ ] then default else head list;

  # The longest URL decides.
  urls = sort (a: b: stringLength a > stringLength b) (attrNames schemaMap);
  mapped =
    uri:
    concatMap (
      url:
      let
        rest = uris.after url uri;
        below = schemaMap.${url} + "/${uris.decode rest}";
      in
      if rest == null then
        [ ]
      else if rest == "" then
        [ schemaMap.${url} ]
      else if match ".*/" url != null && match "(.*/)?[.][.](/.*)?" (uris.decode rest) == null && pathExists below then
        [ below ]
      else
        [ ]
    ) urls;

  rootId = if isAttrs root.json then idOf root root.json else "";
  rootBase = uris.join root.uri rootId;

  pathOf =
    document: { reference, base, ... }:
    let
      target = uris.join base reference;
      relative = dirOf document.path + "/${uris.decode reference}";
      isRelative = !(uris.hasScheme reference) && substring 0 1 reference != "/";
      behind = uris.after (uris.folder rootBase) target;
      beside = dirOf file + "/${uris.decode behind}";
      documentBase = uris.join document.uri (idOf document document.json);
    in
    firstOr null (
      mapped target
      ++ (if isRelative && base == documentBase && pathExists relative then [ relative ] else [ ])
      ++ (if behind != null && behind != "" && pathExists beside then [ beside ] else [ ])
    );

  all = genericClosure {
    startSet = [ root ];
    operator =
      document:
      let
        found = walk document document.uri document.json;
        own = listToAttrs (
          map (resource: {
            name = resource.uri;
            value = null;
          }) (filter (entry: entry ? schema) found)
        );
        others = filter (entry: entry ? reference) found;
        load =
          other:
          let
            target = uris.join other.base other.reference;
            path = pathOf document other;
          in
          if own ? ${target} || path == null then [ ] else [ (toDocument target path) ];
      in
      concatMap load others;
  };

  resources = concatMap (
    document:
    filter (entry: entry ? schema) (walk document document.uri document.json)
    ++ [
      {
        inherit (document) uri;
        base = uris.join document.uri (if isAttrs document.json then idOf document document.json else "");
        schema = document.json;
        inherit document;
      }
    ]
  ) all;
in
{
  inherit root;

  # The schemas with an identifier, by their URIs.
  resources = listToAttrs (
    map (resource: {
      name = resource.uri;
      value = {
        inherit (resource) base schema document;
      };
    }) resources
  );

  inherit idOf;

  # Store paths of the documents beside the schema, by their URIs.
  paths = listToAttrs (
    map (document: {
      name = document.uri;
      value = copyFile document.path;
    }) (tail all)
  );
}
