# Sections that are computed from `config`. Only a section that looks like a copy of itself evaluates this.
let
  inherit (builtins)
    any
    head
    isAttrs
    isList
    tail
    tryEval
    typeOf
    ;
in
/**
  Tells whether a module computes the set at a path from `config`: its shape, where `config` throws, has no
  such set.

  # Inputs

  `records`

  : Records of modules

  `path`

  : Names of the sections down to it

  # Type

  ```
  readsConfig :: [ Record ] -> [ String ] -> Bool
  ```
*/
records:
let
  throwsAt =
    path: value:
    let
      attempt = tryEval (typeOf value);
      type = value._type or null;
    in
    if !attempt.success then
      true
    else if !(isAttrs value) then
      false
    else if type == "merge" then
      isList value.contents && any (throwsAt path) value.contents
    else if type == "if" || type == "override" then
      throwsAt path value.content
    else if path == [ ] then
      false
    else
      value ? ${head path} && throwsAt (tail path) value.${head path};
in
path: any (record: throwsAt path record.shape) records
