# What composing needs to know of a schema, worked out once and shared by every configuration made over it: the names, what
# may stand where, the JSON Pointer of each place, and what a place holds when nobody defines it.
#
# A plan is a tree of nodes. A section has named fields, and definitions of it are taken apart into definitions of the fields.
# Everything else (a value, a list, a map, a choice) is an option: its definitions are weighed whole.
{ environment }:
let
  inherit (builtins)
    any
    attrNames
    concatMap
    elem
    filter
    foldl'
    head
    isAttrs
    isList
    length
    mapAttrs
    partition
    removeAttrs
    ;

  inherit (import ./pointer.nix) segment;

  # Where the schema says nothing, anything goes.
  anything = {
    section = false;
    declared = false;
    choice = false;
    integer = false;
    defaulted = false;
    pointer = "";
    fields = { };
    sections = { };
    leaves = { };
    element = anything;
    item = anything;
  };

  typesOf = schema: if isList (schema.type or null) then schema.type else [ (schema.type or "any") ];
  isNull = schema: typesOf schema == [ "null" ] || (schema ? const && schema.const == null);
  branchesOf = schema: schema.oneOf or schema.anyOf or schema.allOf or [ ];

  # A choice and all that it chooses from, however deep.
  flatten = schema: [ schema ] ++ concatMap flatten (branchesOf schema);

  defaultOf =
    schema: inherited:
    if schema ? "x-defaults" && schema.x-defaults ? ${environment} then
      { value = schema.x-defaults.${environment}; }
    else if schema ? default then
      { value = schema.default; }
    else
      inherited;

  # `within` is where the node is: its pointer, its name for people, and the default that a table around it gives it.
  node =
    within: schema:
    let
      all = flatten schema;
      parts = filter (part: !(isNull part)) all;
      optional =
        schema.x-optional or false || any (part: isNull part || elem "null" (typesOf part)) all;
      types = concatMap typesOf parts;

      objects = filter (part: part ? properties || part ? additionalProperties) parts;
      section = schema ? properties && branchesOf schema == [ ] && !optional;
      default = defaultOf schema within.default;

      fields = mapAttrs (
        name:
        node {
          inherit name;
          pointer = "${within.pointer}/${segment name}";
          title = if within.title == "" then name else "${within.title}.${name}";
          default =
            if section && isAttrs (default.value or null) && default.value ? ${name} then
              { value = default.value.${name}; }
            else
              { };
        }
      ) (foldl' (found: part: found // part.properties or { }) { } objects);

      names = partition (name: fields.${name}.section) (attrNames fields);

      # Items and elements have no fixed place, so their pointers start anew and are joined while composing.
      member =
        schemas:
        let
          known = filter isAttrs schemas;
        in
        if known == [ ] || head known == { } then
          anything
        else
          node {
            name = "";
            pointer = "";
            title = "${within.title}.*";
            default = { };
          } (head known);
      extra = concatMap (
        part: if part ? additionalProperties then [ part.additionalProperties ] else [ ]
      ) objects;
    in
    {
      inherit section fields;
      declared = any (part: part ? properties) objects;
      sections = removeAttrs fields names.wrong;
      leaves = removeAttrs fields names.right;
      inherit (within) name pointer;
      defaulted = default ? value || optional;
      # The place chooses between forms, so that the names of one form say nothing of another.
      choice = length (filter (part: !(isNull part)) (branchesOf schema)) > 1;
      integer = elem "integer" types && !(elem "number" types);
      element = if any isAttrs extra || !(elem false extra) then member extra else null;
      item = member (concatMap (part: if part ? items then [ part.items ] else [ ]) parts);

      config =
        if section then
          mapAttrs (_: field: field.config) fields
        else
          default.value or (
            if optional then
              null
            else
              throw "`${within.title}` is used but not defined: define it in a module, or read it only where it is known to be defined"
          );
    };
in
schema:
node {
  name = "";
  pointer = "";
  title = "";
  default = { };
} (removeAttrs schema [ "default" ])
