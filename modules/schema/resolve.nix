# The resolution of references in a schema. Each reference is replaced by its target when it is read, so
# a schema that contains itself is finite: where it begins again, its structure is left to the gate.
documents:
let
  inherit (builtins)
    attrValues
    concatMap
    elem
    elemAt
    filter
    foldl'
    intersectAttrs
    isAttrs
    isList
    isString
    length
    listToAttrs
    mapAttrs
    match
    removeAttrs
    replaceStrings
    split
    substring
    ;

  inherit (documents) idOf resources root;
  uris = import ./uri.nix;

  # A scope is the resource around a schema: its document, its URI and its root.
  enter =
    scope: schema:
    let
      id = if isAttrs schema then idOf scope.document schema else "";
    in
    if id == "" then
      scope
    else
      scope
      // {
        base = uris.join scope.base id;
        top = schema;
      };

  scopeOf =
    uri:
    let
      resource = resources.${uri};
    in
    {
      inherit (resource) document base;
      top = resource.schema;
    };

  rootScope = enter {
    document = root;
    base = root.uri;
    top = root.json;
  } root.json;

  # The place that a pointer leads to, or null. A generator may not encode names.
  locate =
    scope: fragment:
    let
      decoded = follow scope (uris.decode fragment);
    in
    if decoded == null then follow scope fragment else decoded;

  follow =
    scope: pointer:
    let
      tokens = map (replaceStrings [ "~1" "~0" ] [ "/" "~" ]) (
        filter isString (split "/" (substring 1 (-1) pointer))
      );
      step =
        place: name:
        let
          inner =
            if place == null then
              null
            else if isAttrs place.schema then
              place.schema.${name} or null
            else if isList place.schema && match "[0-9]+" name != null then
              let
                index = builtins.fromJSON name;
              in
              if index < length place.schema then elemAt place.schema index else null
            else
              null;
        in
        if inner == null then
          null
        else
          {
            schema = inner;
            scope = enter place.scope inner;
          };
    in
    foldl' step {
      schema = scope.top;
      inherit scope;
    } tokens;

  # The schemas with an anchor in a resource.
  anchors =
    scope: schema:
    if isAttrs schema then
      let
        id = schema.${scope.document.idKeyword} or null;
        named =
          if scope.document.isClassic then
            if isString id && substring 0 1 id == "#" then [ (substring 1 (-1) id) ] else [ ]
          else
            filter isString [
              (schema."$anchor" or null)
              (schema."$dynamicAnchor" or null)
            ];
        inner = filter (value: !(isAttrs value && idOf scope.document value != "")) (attrValues schema);
      in
      map (name: {
        inherit name;
        value = { inherit schema scope; };
      }) named
      ++ concatMap (anchors scope) inner
    else if isList schema then
      concatMap (anchors scope) schema
    else
      [ ];

  # The target of a reference with its place, or null.
  target =
    scope: reference:
    let
      parts = uris.split reference;
      uri = uris.join scope.base parts.uri;
      around =
        if parts.uri == "" then
          scope
        else if resources ? ${uri} then
          scopeOf uri
        else
          null;
      found =
        if parts.fragment == "" then
          {
            schema = around.top;
            scope = around;
          }
        else if substring 0 1 parts.fragment == "/" then
          locate around parts.fragment
        else
          (listToAttrs (anchors around around.top)).${uris.decode parts.fragment} or null;
    in
    if around == null || found == null then
      null
    else
      found // { place = "${around.base}#${parts.fragment}"; };

  # An anchor of the root is the first in every dynamic scope.
  dynamicTarget =
    scope: reference:
    let
      ofRoot = target rootScope "#${(uris.split reference).fragment}";
    in
    if ofRoot == null then target scope reference else ofRoot;

  single = [
    "additionalProperties"
    "unevaluatedProperties"
  ];
  lists = [
    "allOf"
    "anyOf"
    "oneOf"
  ];
  maps = [
    "properties"
    "patternProperties"
  ];

  # Keywords that say what a schema is, without what is in it.
  description = {
    deprecated = null;
    description = null;
    title = null;
    type = null;
    x-optional = null;
    x-reload = null;
    x-secret = null;
    x-secret-file = null;
  };

  merge =
    base: own:
    base
    // own
    // (
      if base ? properties && own ? properties then
        { properties = base.properties // own.properties; }
      else
        { }
    )
    // (if base ? allOf && own ? allOf then { allOf = base.allOf ++ own.allOf; } else { });

  # `open` are the places of the references around the schema.
  resolve =
    open: around: schema:
    if !(isAttrs schema) then
      schema
    else
      let
        scope = enter around schema;
        inner = resolve open scope;
        own = mapAttrs (
          name: value:
          if elem name single then
            inner value
          else if elem name lists && isList value then
            map inner value
          else if elem name maps && isAttrs value then
            mapAttrs (_: inner) value
          else if name == "items" then
            if isList value then map inner value else inner value
          else
            value
        ) (removeAttrs schema [ "$ref" "$dynamicRef" "$recursiveRef" ]);
        found =
          if isString (schema."$ref" or null) then
            target scope schema."$ref"
          else if isString (schema."$dynamicRef" or null) then
            dynamicTarget scope schema."$dynamicRef"
          else if isString (schema."$recursiveRef" or null) then
            target rootScope "#"
          else
            null;
        base =
          if elem found.place open then
            if isAttrs found.schema then intersectAttrs description found.schema else { }
          else
            resolve (open ++ [ found.place ]) found.scope found.schema;
      in
      if found == null then
        own
      else if scope.document.isClassic || own == { } || !(isAttrs base) then
        base
      else
        merge base own;
in
resolve [ "${rootScope.base}#" ] rootScope root.json
