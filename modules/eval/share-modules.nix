# The records of modules that the configurations of a fleet share, as definitions.
{ moduleFile, rootContext }:
let
  inherit (builtins)
    catAttrs
    concatLists
    concatMap
    elemAt
    filter
    genList
    length
    listToAttrs
    tryEval
    ;
in
/**
  Returns the keys of the shared records, and their definitions in the order of nixpkgs. Definitions of
  other modules have even ranks, and come before and after these. The result is null if modules disable
  each other, or if the arguments of one configuration decide which modules there are.

  # Type

  ```
  shareModules :: (String -> String | Null) -> [ Record ]
    -> { keys :: [ String ]; definitions :: [ Definition ]; } | Null
  ```
*/
fileName: all:
let
  attempt = tryEval (concatLists (catAttrs "disabledModules" all) == [ ]);
  records = filter (record: record ? isShared) all;
  count = length records;
  context = rootContext {
    inherit fileName;
    readsConfig = _: false;
    files = listToAttrs (concatMap (moduleFile fileName) records);
  };
in
if !(attempt.success && attempt.value) || count == 0 then
  null
else
  {
    keys = catAttrs "key" records;
    definitions = genList (
      index:
      let
        record = elemAt records (count - 1 - index);
      in
      {
        context = context // {
          rank = 2 * index + 1;
        };
        inherit (context) priority;
        value = record.sharedConfig or record.config;
        inherit (record) pos;
      }
    ) count;
  }
