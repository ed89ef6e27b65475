# Option trees: the options that a JSON Schema declares, computed once and shared by every
# configuration over the schema.
#
# A node of the tree is a section or an option. Definitions of a section are divided among its
# fields. Everything else (a value, a list, a map, a choice) is an option, whose definitions are
# compared as a whole. A node has
#
#   name, pointer  attribute name and JSON Pointer
#   path           the names down to it
#   isRoot         true for the root, and absent elsewhere
#   isSection      whether it is a section
#   isChoice       whether the schema chooses between forms
#   isDeclared     whether the schema declares fields
#   isInteger      whether only integers are wanted
#   hasDefault     whether it has a value without any definition
#   default        that value; without one an empty list or map, null for what the schema lets be absent, and else
#                  it throws
#   fieldCount     the number of declared fields
#   fields         the nodes of all declared fields: those of `sections` and those of `options`
#   freeform       the node of further names, or null when they are not allowed
#   items          the node of the elements of a list
{ escapeSegment }:
let
  inherit (builtins)
    any
    attrNames
    concatMap
    elem
    filter
    head
    isAttrs
    length
    mapAttrs
    partition
    removeAttrs
    ;

  # The schema does not restrict the value.
  anything = {
    isSection = false;
    isDeclared = false;
    isChoice = false;
    isInteger = false;
    hasDefault = false;
    pointer = "";
    fieldCount = 0;
    fields = { };
    sections = { };
    options = { };
    freeform = anything;
    items = anything;
  };

  inherit (import ../schema/forms.nix)
    branchesOf
    emptyOf
    fieldsOf
    flatten
    isNull
    requiredOf
    typesOf
    ;
in
/**
  Builds the option tree of a schema for one environment.

  # Inputs

  `environment`

  : The environment whose defaults count

  `schema`

  : A JSON Schema without references to follow (`schema/resolve.nix`), as a Nix value

  # Type

  ```
  optionTree :: String -> AttrSet -> OptionNode
  ```
*/
environment:
let
  defaultOf =
    schema: inherited:
    if schema ? "x-defaults" && schema.x-defaults ? ${environment} then
      { value = schema.x-defaults.${environment}; }
    else if schema ? default then
      { value = schema.default; }
    else
      inherited;

  # `parent` has the name, the pointer, the dotted path and the default that the table around gives, and tells
  # of each field whether the schema lets it be absent.
  toNode =
    parent: schema:
    let
      all = flatten schema;
      parts = filter (part: !(isNull part)) all;
      isOptional =
        schema.x-optional or false || any (part: isNull part || elem "null" (typesOf part)) all;
      types = concatMap typesOf parts;

      objects = filter (part: part ? properties || part ? additionalProperties) parts;
      isSection = schema ? properties && branchesOf schema == [ ] && !isOptional;
      default = defaultOf schema parent.default;
      mayBeAbsent =
        name: isSection && parent.mayBeAbsent parent.name || !(elem name (requiredOf schema));

      fields = mapAttrs (
        name:
        toNode {
          inherit name;
          pointer = "${parent.pointer}/${escapeSegment name}";
          path = if parent.path == "" then name else "${parent.path}.${name}";
          segments = parent.segments ++ [ name ];
          inherit mayBeAbsent;
          default =
            if isSection && isAttrs (default.value or null) && default.value ? ${name} then
              { value = default.value.${name}; }
            else
              { };
        }
      ) (fieldsOf schema);

      names = partition (name: fields.${name}.isSection) (attrNames fields);

      # Elements have no fixed place, so their pointers are relative and joined during evaluation.
      toElementNode =
        schemas:
        let
          known = filter isAttrs schemas;
        in
        if known == [ ] || head known == { } then
          anything
        else
          toNode {
            name = "";
            pointer = "";
            path = "${parent.path}.*";
            segments = [ ];
            mayBeAbsent = _: false;
            default = { };
          } (head known);
      extra = concatMap (
        part: if part ? additionalProperties then [ part.additionalProperties ] else [ ]
      ) objects;
    in
    {
      inherit isSection fields;
      fieldCount = length (attrNames fields);
      isDeclared = any (part: part ? properties) objects;
      sections = removeAttrs fields names.wrong;
      options = removeAttrs fields names.right;
      inherit (parent) name pointer;
      path = parent.segments;
      hasDefault = default ? value || isOptional;
      isChoice = length (filter (part: !(isNull part)) (branchesOf schema)) > 1;
      isInteger = elem "integer" types && !(elem "number" types);
      freeform = if any isAttrs extra || !(elem false extra) then toElementNode extra else null;
      items = toElementNode (concatMap (part: if part ? items then [ part.items ] else [ ]) parts);

      default =
        if isSection then
          mapAttrs (_: field: field.default) fields
        else
          default.value or (
            if isOptional then
              null
            else if schema ? x-default-beyond-nix then
              throw "`${parent.path}` is ${schema.x-default-beyond-nix} by default, which Nix cannot hold: it is read, but not defined; define it in a module"
            else
              (emptyOf parts).value or (
                if parent.mayBeAbsent parent.name then
                  null
                else
                  throw "`${parent.path}` has no value: it is read, but not defined, and has no default; define it in a module"
              )
          );
    };
in
schema:
toNode {
  name = "";
  pointer = "";
  path = "";
  segments = [ ];
  mayBeAbsent = _: false;
  default = { };
} (removeAttrs schema [ "default" ])
// {
  isRoot = true;
}
