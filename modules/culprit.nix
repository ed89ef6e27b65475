# Finds the definition or the module that throws, as the search of a guard. Only errors evaluate this.
{
  attrPosition,
  # The lists of modules, and what module functions are called with.
  lists,
  args,
  moduleArgs,
  fileName,
  definitions,
  options,
}:
blame:
let
  inherit (builtins)
    attrNames
    elem
    filter
    functionArgs
    head
    isAttrs
    isFunction
    isInt
    isList
    isPath
    isString
    mapAttrs
    match
    pathExists
    removeAttrs
    substring
    unsafeDiscardStringContext
    unsafeGetAttrPos
    ;
  inherit (import ./under.nix) after each;
  inherit (import ./eval/positions.nix) filePosition;

  # Settings are a few levels deep; a set that contains itself ends here.
  deepest = 12;

  # The beginning of a sentence: of the file as a whole, where no position is known.
  at =
    { file, line, column, ... }:
    if file == "<inline>" then
      ""
    else if line == 0 then
      "${file}:1:1: "
    else
      "${file}:${toString line}:${toString column}: ";
  quoted = name: if match "[a-zA-Z_][a-zA-Z0-9_'-]*" name != null then name else "\"${name}\"";

  # A value that can throw, inside a function.
  inside = value: function: function value;
  insides = map inside;
  # The attributes of a property are written in Confgate, and their frames would say so.
  attribute = name: set: (mapAttrs (_: inside) set).${name};

  # The settings of modules. `value` is evaluated; what is below it may throw.
  visit =
    state: opt: path: pos: value:
    let
      type = value._type or null;
      settingsOr = name: if path == "" then name else "`${path}`";
      deeper = state // {
        depth = state.depth + 1;
      };
      evaluate =
        path: value:
        after (blame "${at pos}${
          if path == "" then "the settings of the module" else "the value of `${path}`"
        } cannot be evaluated" value) (visit deeper opt path pos value);
      content = attribute "content" value (evaluate path);
    in
    if state.depth > deepest then
      null
    else if isList value then
      each (
        index: element:
        element (
          value:
          let
            below = "${path}[${toString index}]";
          in
          after (blame "${at pos}the value of `${below}` cannot be evaluated" value) (
            visit deeper opt.items below pos value
          )
        )
      ) (insides value)
    else if !(isAttrs value) then
      null
    else if value ? outPath || value ? __toString then
      blame "${at pos}the value of `${path}` cannot be evaluated" "${value}"
    else if type == "if" then
      attribute "condition" value (
        condition:
        after (blame "${at pos}the condition of ${settingsOr "the module"} cannot be evaluated" condition) (
          if condition == true then content else null
        )
      )
    else if type == "merge" then
      attribute "contents" value (
        contents:
        after (blame "${at pos}the mkMerge of ${settingsOr "the module"} cannot be evaluated" contents) (
          if isList contents then each (_: element: element (evaluate path)) (insides contents) else null
        )
      )
    else if type == "override" then
      if state.strong && isInt value.priority && value.priority > 100 then null else content
    else if type == "order" then
      content
    else if type == "definition" then
      attribute "value" value (evaluate path)
    else
      each (_: visitAttribute deeper opt path pos value) (attrNames value);

  visitAttribute =
    state: opt: path: around: set: name:
    let
      node = opt.fields.${name} or opt.freeform;
      below = if path == "" then quoted name else "${path}.${quoted name}";
      pos = attrPosition name {
        value = set;
        pos = around;
        inherit (state) context;
      };
      sentence = "${at pos}the value of `${below}` cannot be evaluated";
      hasPosition = unsafeGetAttrPos name set != null;
    in
    # The gate never reads what the schema does not have.
    if node == null then
      null
    else
      after ((if hasPosition then blame.attribute else blame) sentence set.${name}) (
        visit state node below pos set.${name}
      );

  settings =
    strong:
    each (
      _: definition:
      after (blame "${at definition.pos}the settings of the module cannot be evaluated" definition.value) (
        visit {
          inherit strong;
          inherit (definition) context;
          depth = 0;
        } options "" definition.pos definition.value
      )
    ) definitions;

  # Modules, as far as they decide which modules there are.
  isFunctor = value: isAttrs value && value ? __functor;
  formalsOf =
    function:
    if isFunction function then
      functionArgs function
    else
      function.__functionArgs or (formalsOf (function.__functor function));

  # Without the arguments that have defaults. `config` has the defaults of the schema.
  call =
    function:
    let
      formals = formalsOf function;
      isLeftOut = name: formals.${name} || args ? ${name};
    in
    function (
      mapAttrs (name: _: moduleArgs.${name}) (
        removeAttrs formals (filter isLeftOut (attrNames formals))
      )
      // args
      // {
        config = options.default;
      }
    );

  nameOf = file: (filePosition fileName file).file;
  positionIn =
    file: name: set:
    let
      position = unsafeGetAttrPos name set;
    in
    at (
      if position == null then
        filePosition fileName file
      else
        position // { file = nameOf position.file; }
    );

  visitEntry =
    seen: place: list: file: number: entry:
    let
      path = unsafeDiscardStringContext (toString entry);
      isFile = isPath entry || isString entry && substring 0 1 entry == "/";
      content = import entry;
      written = if isFile then path else file;
      inner = if isFile then seen ++ [ path ] else seen;
      sentence =
        if isFile then
          "${place}the module ${nameOf path} cannot be evaluated"
        else
          "${place}element ${toString (number + 1)} of `${list}` cannot be evaluated";
      visitContent =
        content:
        if isFunction content || isFunctor content then
          inside (call content) (
            module: after (blame sentence module) (visitModule inner written module)
          )
        else
          visitModule inner written content;
    in
    after (blame "${place}element ${toString (number + 1)} of `${list}` cannot be evaluated" entry) (
      if !isFile then
        visitContent entry
      else if elem path seen || !(pathExists entry) then
        null
      else
        after (blame sentence content) (visitContent content)
    );

  visitModule =
    seen: file: module:
    if !(isAttrs module) || module ? _type || module ? outPath then
      null
    else
      each (
        _: name:
        let
          place = positionIn file name module;
        in
        if !(module ? ${name}) then
          null
        else
          after (blame "${place}`${name}` cannot be evaluated" module.${name}) (
            if !(isList module.${name}) then
              null
            else if name == "disabledModules" then
              each (
                index: found:
                found (blame "${place}element ${toString (index + 1)} of `${name}` cannot be evaluated")
              ) (insides module.${name})
            else
              each (index: found: found (visitEntry seen place name file index)) (insides module.${name})
          )
      ) [
        "_file"
        "key"
        "require"
        "imports"
        "disabledModules"
        "config"
      ];
in
after
  (each (
    _: list:
    each (index: entry: entry (visitEntry [ ] (at list.at) "modules" "<inline>" index)) (
      insides list.modules
    )
  ) lists)
  (
    after (blame "${at (head lists).at}the modules cannot be evaluated" definitions) (
      after (settings true) (settings false)
    )
  )
