# Functions of nixpkgs' lib for attribute sets, by their names and arguments there.
let
  inherit (builtins)
    attrNames
    attrValues
    concatMap
    elemAt
    filter
    foldl'
    head
    isAttrs
    length
    listToAttrs
    mapAttrs
    removeAttrs
    tail
    zipAttrsWith
    ;

  # The value below a path: a list of one element, or an empty list.
  below =
    path: value:
    if path == [ ] then
      [ value ]
    else if value ? ${head path} then
      below (tail path) value.${head path}
    else
      [ ];

  # zipAttrsWith is a builtin from Nix 2.6 on.
  recursiveUpdateUntil =
    stop:
    let
      update =
        path:
        zipAttrsWith (
          name: values:
          let
            here = path ++ [ name ];
            left = elemAt values 1;
            right = head values;
          in
          if length values == 1 || stop here left right then right else update here values
        );
    in
    left: right:
    update
      [ ]
      [
        right
        left
      ];
in
rec {
  inherit recursiveUpdateUntil;

  recursiveUpdate = recursiveUpdateUntil (_: left: right: !(isAttrs left && isAttrs right));

  nameValuePair = name: value: { inherit name value; };
  optionalAttrs = condition: attrs: if condition then attrs else { };

  attrByPath =
    path: default: attrs:
    let
      found = below path attrs;
    in
    if found == [ ] then default else head found;
  hasAttrByPath = path: attrs: below path attrs != [ ];
  getAttrFromPath =
    path:
    attrByPath path (throw "cannot find attribute `${builtins.concatStringsSep "." path}`");
  setAttrByPath =
    path: value:
    if path == [ ] then value else { ${head path} = setAttrByPath (tail path) value; };

  attrVals = names: attrs: map (name: attrs.${name}) names;
  getAttrs = names: attrs: genAttrs names (name: attrs.${name});
  attrsToList = mapAttrsToList nameValuePair;

  filterAttrs =
    predicate: attrs:
    removeAttrs attrs (filter (name: !(predicate name attrs.${name})) (attrNames attrs));
  filterAttrsRecursive =
    predicate: attrs:
    mapAttrs (_: value: if isAttrs value then filterAttrsRecursive predicate value else value) (
      filterAttrs predicate attrs
    );
  foldlAttrs =
    function: start: attrs:
    foldl' (found: name: function found name attrs.${name}) start (attrNames attrs);
  collect =
    predicate: value:
    if predicate value then
      [ value ]
    else if isAttrs value then
      concatMap (collect predicate) (attrValues value)
    else
      [ ];

  mapAttrs' = function: attrs: listToAttrs (mapAttrsToList function attrs);
  mapAttrsToList = function: attrs: attrValues (mapAttrs function attrs);
  concatMapAttrs = function: attrs: mergeAttrsList (mapAttrsToList function attrs);
  mapAttrsRecursive = mapAttrsRecursiveCond (_: true);
  mapAttrsRecursiveCond =
    condition: function:
    let
      go =
        path:
        mapAttrs (
          name: value:
          if isAttrs value && condition value then
            go (path ++ [ name ]) value
          else
            function (path ++ [ name ]) value
        );
    in
    go [ ];

  genAttrs = names: function: genAttrs' names (name: nameValuePair name (function name));
  genAttrs' = elements: function: listToAttrs (map function elements);
  zipAttrs = zipAttrsWith (_: values: values);
  zipAttrsWithNames =
    names: function: sets:
    genAttrs names (name: function name (builtins.catAttrs name sets));
  mergeAttrsList = foldl' (left: right: left // right) { };

  cartesianProduct =
    choices:
    foldl' (
      products: name:
      concatMap (product: map (value: product // { ${name} = value; }) choices.${name}) products
    ) [ { } ] (attrNames choices);
  mapCartesianProduct = function: choices: map function (cartesianProduct choices);

  isDerivation = value: value.type or null == "derivation";
}
