# Other functions of nixpkgs' lib, by their names and arguments there.
let
  inherit (builtins)
    foldl'
    fromJSON
    fromTOML
    readFile
    trace
    ;
  inherit (import ./functions.nix) isFunction;
in
rec {
  id = value: value;
  const = value: _: value;
  flip =
    function: a: b:
    function b a;
  pipe = foldl' (value: function: function value);
  toFunction = value: if isFunction value then value else const value;

  concat = a: b: a ++ b;
  mergeAttrs = a: b: a // b;
  and = a: b: a && b;
  "or" = a: b: a || b;
  xor = a: b: (!a) != (!b);
  bitNot = builtins.sub (-1);
  min = a: b: if a < b then a else b;
  max = a: b: if a > b then a else b;
  mod = base: int: base - (int * (builtins.div base int));
  compare =
    a: b:
    if a < b then
      -1
    else if a > b then
      1
    else
      0;

  boolToString = value: if value then "true" else "false";
  boolToYesNo = value: if value then "yes" else "no";
  defaultTo = default: value: if value == null then default else value;
  mapNullable = function: value: if value == null then null else function value;

  setFunctionArgs = function: args: {
    __functor = _: function;
    __functionArgs = args;
  };

  importJSON = file: fromJSON (readFile file);
  importTOML = file: fromTOML (readFile file);

  warn = message: trace "warning: ${message}";
  warnIf = condition: message: if condition then warn message else id;
  warnIfNot = condition: warnIf (!condition);
  throwIf = condition: message: if condition then throw message else id;
  throwIfNot = condition: throwIf (!condition);
  assertMsg = condition: message: condition || throw message;
  traceVal = value: trace value value;

  toHexString =
    number:
    let
      digit = index: builtins.substring index 1 "0123456789ABCDEF";
      high = number / 16;
    in
    (if high == 0 then "" else toHexString high) + digit (number - high * 16);
}
