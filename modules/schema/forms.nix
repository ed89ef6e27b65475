# The facts of a schema about one table: of its own, and of the forms that it chooses between. Options and evaluate.nix
# read it here, because they have to agree.
let
  inherit (builtins)
    all
    any
    attrNames
    concatMap
    concatStringsSep
    elem
    elemAt
    filter
    foldl'
    genList
    head
    intersectAttrs
    isAttrs
    isList
    length
    listToAttrs
    map
    removeAttrs
    ;

  typesOf = schema: if isList (schema.type or null) then schema.type else [ (schema.type or "any") ];
  isNull = schema: typesOf schema == [ "null" ] || (schema ? const && schema.const == null);
  branchesOf = schema: schema.oneOf or schema.anyOf or schema.allOf or [ ];
  flatten = schema: [ schema ] ++ concatMap flatten (branchesOf schema);

  formsOf = schema: filter (branch: !(isNull branch)) (branchesOf schema);
  # All branches of allOf apply, and one of the others.
  isChosen = schema: schema ? oneOf || schema ? anyOf;

  # Equality down to a depth: a schema may be large where its references are followed. What is equal down to there
  # counts as different, and is then a choice of its own.
  isAlike =
    depth: a: b:
    if isAttrs a && isAttrs b then
      depth > 0 && attrNames a == attrNames b && all (name: isAlike (depth - 1) a.${name} b.${name}) (attrNames a)
    else if isList a && isList b then
      depth > 0
      && length a == length b
      && all (index: isAlike (depth - 1) (elemAt a index) (elemAt b index)) (genList (index: index) (length a))
    else
      a == b;
  same = isAlike 6;
  unique = foldl' (found: value: if any (same value) found then found else found ++ [ value ]) [ ];

  # The keywords that describe a value and do not restrict it.
  notes = [
    "default"
    "description"
    "examples"
    "title"
    "x-defaults"
  ];
  restricting = {
    additionalProperties = null;
    allOf = null;
    anyOf = null;
    const = null;
    enum = null;
    items = null;
    oneOf = null;
    properties = null;
    type = null;
  };
  isUnrestricted = schema: intersectAttrs restricting schema == { };

  # The schema of a field that several forms have: a value of any of them.
  joinFields =
    given:
    let
      schemas = unique given;
      bare = map (schema: removeAttrs schema notes) schemas;
      isCommon = name: all (schema: schema ? ${name} && schema.${name} == (head schemas).${name}) schemas;
      isAnywhere = name: any (schema: schema.${name} or false) schemas;
      flag = value: names: listToAttrs (map (name: { inherit name value; }) (filter isAnywhere names));
      common = listToAttrs (
        map (name: {
          inherit name;
          value = (head schemas).${name};
        }) (filter isCommon [ "type" "x-reload" "x-unit" ])
      );
      descriptions = unique (concatMap (schema: if schema ? description then [ schema.description ] else [ ]) schemas);
    in
    if length schemas == 1 then
      head schemas
    else if !(all isAttrs schemas) then
      { }
    else
      (
        if all (same (head bare)) bare then
          head bare
        else if all (schema: schema ? const || schema ? enum) bare then
          common // { enum = unique (concatMap (schema: schema.enum or [ schema.const ]) bare); }
        else if any isUnrestricted bare then
          { }
        else
          removeAttrs common [ "type" ] // { anyOf = schemas; }
      )
      // flag true [ "x-optional" "x-secret" ]
      // (if descriptions == [ ] then { } else { description = concatStringsSep "\n\n" descriptions; });

  fieldsOf =
    schema:
    let
      own = schema.properties or { };
      forms = map fieldsOf (formsOf schema);
      names = attrNames (foldl' (found: form: found // form) { } forms);
      joined = name: joinFields (concatMap (form: if form ? ${name} then [ form.${name} ] else [ ]) (withOwn name));
      # A form without a word on the field leaves it to the table around.
      withOwn = name: if own ? ${name} then map (form: { ${name} = own.${name}; } // form) forms else forms;
    in
    if forms == [ ] then
      own
    else if isChosen schema then
      own
      // listToAttrs (
        map (name: {
          inherit name;
          value = joined name;
        }) names
      )
    else
      foldl' (found: form: found // form) own forms;

  requiredOf =
    schema:
    let
      own = schema.required or [ ];
      forms = map requiredOf (formsOf schema);
    in
    if forms == [ ] then
      own
    else if isChosen schema then
      own ++ filter (name: all (elem name) forms) (head forms)
    else
      own ++ concatMap (names: names) forms;

  # The kinds of a value, without those of tables with declared fields.
  emptyOf =
    parts:
    let
      types = filter (type: type != "any") (concatMap typesOf parts);
      isMap = any (part: part ? additionalProperties) parts || types != [ ];
    in
    if any (part: part ? const || part ? enum || part ? properties) parts then
      { }
    else if types != [ ] && all (type: type == "array") types then
      { value = [ ]; }
    else if isMap && all (type: type == "object") types then
      { value = { }; }
    else
      { };
in
{
  /**
    The types of a schema, without those of its branches; `any` where it names none.
  */
  inherit typesOf;

  # True if the schema admits null alone.
  inherit isNull;

  # The schemas of which one has to hold, or all.
  inherit branchesOf;

  # A schema and all branches below it.
  inherit flatten;

  # The fields of a table in all its forms, by their names.
  inherit fieldsOf;

  # The names of the fields that a table has in every form.
  inherit requiredOf;

  # { value } for a list or a map, which without definitions is read as an empty one, and { } for anything else.
  inherit emptyOf;
}
