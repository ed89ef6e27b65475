# Finds the definition whose value throws. Only errors evaluate this.
{ definitions, attrPosition }:
let
  inherit (builtins)
    attrNames
    elemAt
    genList
    isAttrs
    isBool
    isList
    length
    tryEval
    ;

  # Settings are a few levels deep; a set that contains itself ends here.
  deepest = 24;

  firstOf =
    function: list:
    let
      from =
        index:
        if index == length list then
          null
        else
          let
            found = function (elemAt list index);
          in
          if found != null then found else from (index + 1);
    in
    from 0;

  at = position: "${position.file}:${toString position.line}:${toString position.column}";
  describe = path: pos: "${at pos}: the value of `${path}` cannot be evaluated";

  inside =
    depth: path: def:
    let
      inherit (def) value;
      type = value._type or null;
      contentOf = content: inside (depth + 1) path (def // { value = content; });
      attribute =
        name:
        let
          below = if path == "" then name else "${path}.${name}";
          pos = attrPosition name def;
          attempt = tryEval value.${name};
        in
        if !attempt.success then
          describe below pos
        else
          inside (depth + 1) below (
            def
            // {
              inherit (attempt) value;
              inherit pos;
            }
          );
      element =
        index:
        let
          below = "${path}[${toString index}]";
          attempt = tryEval (elemAt value index);
        in
        if !attempt.success then
          describe below def.pos
        else
          inside (depth + 1) below (def // { inherit (attempt) value; });
    in
    if depth > deepest then
      null
    else if isList value then
      firstOf element (genList (index: index) (length value))
    else if !(isAttrs value) || value ? outPath then
      null
    else if type == "if" then
      let
        condition = tryEval value.condition;
      in
      if !condition.success then
        "${at def.pos}: the condition of `${path}` cannot be evaluated"
      else if isBool condition.value && condition.value then
        contentOf value.content
      else
        null
    else if type == "merge" then
      firstOf contentOf value.contents
    else if type == "override" || type == "order" then
      contentOf value.content
    else if type == "definition" then
      contentOf value.value
    else
      firstOf attribute (attrNames value);
in
/**
  A sentence about the first definition that throws, with its place, or null.
*/
firstOf (inside 0 "") definitions
