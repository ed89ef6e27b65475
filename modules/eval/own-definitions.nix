# The definitions of one configuration over those that its fleet shares.
let
  inherit (builtins)
    elemAt
    foldl'
    genList
    length
    ;

  step =
    context:
    { before, found }:
    record:
    {
      before = if record ? isShared then before + 1 else before;
      found =
        if record ? isShared && record.ownConfig or { } == { } then
          found
        else
          found
          ++ [
            {
              context = context // {
                rank = 2 * before;
              };
              inherit (context) priority;
              value = record.ownConfig or record.config;
              inherit (record) pos;
            }
          ];
    };
in
/**
  Returns the definitions that are not shared, each with the rank of its module.

  # Type

  ```
  ownDefinitions :: Context -> [ Record ] -> [ Definition ]
  ```
*/
context: records:
let
  count = length records;
in
(foldl' (step context) {
  before = 0;
  found = [ ];
} (genList (index: elemAt records (count - 1 - index)) count)).found
