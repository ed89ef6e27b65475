# Facts of a schema that options need. Sections, choices and maps are told apart as in
# eval/option-tree.nix, because options and evaluate.nix have to agree.
{ lib }:
let
  inherit (lib)
    any
    attrValues
    concatMap
    elem
    filter
    isAttrs
    length
    ;

  inherit (import ../schema/forms.nix)
    branchesOf
    emptyOf
    fieldsOf
    flatten
    isNull
    requiredOf
    typesOf
    ;

  isOpen = extra: extra != false && extra != null;

  schemaFacts =
    schema:
    let
      all = flatten schema;
      parts = filter (part: !(isNull part)) all;
      objects = filter (part: part ? properties || part ? additionalProperties) parts;
      declared = any (part: part ? properties) objects;
      fields = fieldsOf schema;
      extras = map (part: part.additionalProperties or true) objects;
      schemas = filter isAttrs extras;
      items = filter isAttrs (concatMap (part: if part ? items then [ part.items ] else [ ]) parts);
    in
    rec {
      inherit parts fields declared;
      required = requiredOf schema;
      # { value } for a list or a map, which without definitions is an empty one.
      empty = emptyOf parts;
      optional =
        schema.x-optional or false || any (part: isNull part || elem "null" (typesOf part)) all;
      section = declared && !optional && branchesOf schema == [ ];
      # The schema chooses between forms, each with names of its own.
      choice = length (filter (part: !(isNull part)) (branchesOf schema)) > 1;
      # The schema of further names: null when they are not allowed, true for any value.
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
          facts = schemaFacts field;
        in
        facts.section && (isOpen facts.extra || facts.sectionsAreOpen)
      ) (attrValues fields);
    };
in
{
  inherit typesOf;
  __functor = _: schemaFacts;
}
