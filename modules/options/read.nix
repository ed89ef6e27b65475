# What a schema says of a place, in the words that options need. Which places are sections, choices and maps is what
# modules/plan.nix makes of them, for options and evaluate.nix must agree on it.
{ lib }:
let
  inherit (lib)
    any
    attrValues
    concatMap
    elem
    filter
    foldl'
    isAttrs
    isList
    length
    ;

  typesOf = schema: if isList (schema.type or null) then schema.type else [ (schema.type or "any") ];
  isNull = schema: typesOf schema == [ "null" ] || (schema ? const && schema.const == null);
  branchesOf = schema: schema.oneOf or schema.anyOf or schema.allOf or [ ];

  # A choice and all that it chooses from, however deep.
  flatten = schema: [ schema ] ++ concatMap flatten (branchesOf schema);

  isOpen = extra: extra != false && extra != null;

  read =
    schema:
    let
      all = flatten schema;
      parts = filter (part: !(isNull part)) all;
      objects = filter (part: part ? properties || part ? additionalProperties) parts;
      declared = any (part: part ? properties) objects;
      fields = foldl' (found: part: found // part.properties or { }) { } objects;
      extras = map (part: part.additionalProperties or true) objects;
      schemas = filter isAttrs extras;
      items = filter isAttrs (concatMap (part: if part ? items then [ part.items ] else [ ]) parts);
    in
    rec {
      inherit parts fields declared;
      optional =
        schema.x-optional or false || any (part: isNull part || elem "null" (typesOf part)) all;
      section = declared && !optional && branchesOf schema == [ ];
      # The place chooses between forms, so that the names of one form say nothing of another.
      choice = length (filter (part: !(isNull part)) (branchesOf schema)) > 1;
      # What may stand under other names: null for nothing, true for anything, or a schema.
      extra =
        if schemas != [ ] then
          builtins.head schemas
        else if extras == [ ] || elem false extras then
          null
        else
          true;
      item = if items == [ ] then true else builtins.head items;
      table = objects != [ ] || any (part: elem "object" (typesOf part)) parts;
      sectionsAreOpen = any (
        field:
        let
          facts = read field;
        in
        facts.section && (isOpen facts.extra || facts.sectionsAreOpen)
      ) (attrValues fields);
    };
in
{
  inherit typesOf;
  __functor = _: read;
}
