# Values that cannot be joined: all definitions have to be equal.
{
  checkValue,
  conflict,
  invalidValues,
}:
let
  inherit (builtins)
    all
    any
    elem
    head
    tail
    ;

  # Functions and paths are reported as such, not as a conflict with other values.
  isIncomparable =
    problem:
    elem problem.kind [
      "function"
      "path"
    ];
in
/**
  Merges definitions that have to be equal. Different values are a conflict.

  # Type

  ```
  mergeEqualOption :: OptionNode -> String -> Origin -> [ Definition ] -> Result
  ```
*/
opt: name: origin: defs:
let
  first = (head defs).value;
  checked = map (def: checkValue opt.isInteger def.value) defs;
  areEqual = all (def: def.value == first) (tail defs);
  invalid = invalidValues origin.name defs checked;
in
{
  config = first;
  origins = [ origin ];
}
// (
  if areEqual && all (result: result ? value) checked then
    {
      setting = {
        inherit name;
        inherit (head checked) value;
      };
    }
  else
    {
      problems =
        if areEqual || any isIncomparable invalid then
          invalid
        else
          invalid ++ [ (conflict origin.name defs) ];
    }
)
