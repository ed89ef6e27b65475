# Sections of a module that do not depend on `config`. Only the shared modules of fleets need this file.
let
  inherit (builtins)
    all
    attrNames
    attrValues
    filter
    isAttrs
    isBool
    isFloat
    isInt
    isList
    isString
    tryEval
    ;

  # Values that nothing can discard: a weaker definition, or one under mkIf, may throw and never be evaluated.
  isPlain =
    value:
    isString value
    || isInt value
    || isBool value
    || value == null
    || isFloat value
    || isList value && all isPlain value
    || isAttrs value && !(value ? _type || value ? outPath || value ? __toString) && all isPlain (attrValues value);

  holds = claim: (tryEval claim).success && claim;
in
/**
  Returns the names in a module whose values are the same for every `config`: they can be evaluated where
  it throws, and are equal where it has the defaults.

  # Type

  ```
  fixedSections :: AttrSet -> AttrSet -> [ String ]
  ```
*/
withoutConfig: withDefaults:
if !(holds (isAttrs withoutConfig && !(withoutConfig ? _type))) then
  [ ]
else
  filter (
    name: holds (isPlain withoutConfig.${name} && withoutConfig.${name} == withDefaults.${name})
  ) (attrNames withoutConfig)
