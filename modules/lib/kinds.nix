# The arguments of functions of `lib`, for messages.
let
  inherit (builtins)
    all
    isAttrs
    isBool
    isFloat
    isInt
    isList
    isPath
    isString
    ;
  inherit (import ./functions.nix) isFunction;

  kind = name: test: { inherit name test; };
  listOf = name: part: {
    inherit name part;
    test = value: isList value && all part value;
  };
  isText = value: isString value || isPath value || value ? outPath || value ? __toString;

  any = kind "a value" (_: true);
  boolean = kind "a boolean" isBool;
  file = kind "the path of a file" isText;
  function = kind "a function" isFunction;
  integer = kind "an integer" isInt;
  list = kind "a list" isList;
  number = kind "a number" (value: isInt value || isFloat value);
  set = kind "a set" isAttrs;
  sets = listOf "a list of sets" isAttrs;
  string = kind "a string" isString;
  strings = listOf "a list of strings" isText;
  text = kind "a string" (value: isText value || isInt value || isFloat value || isBool value || value == null);
in
{
  allUnique = [ list ];
  and = [
    boolean
    boolean
  ];
  assertMsg = [
    boolean
    string
  ];
  attrByPath = [
    strings
    any
    set
  ];
  attrVals = [
    strings
    set
  ];
  attrsToList = [ set ];
  bitNot = [ integer ];
  boolToString = [ boolean ];
  boolToYesNo = [ boolean ];
  cartesianProduct = [ set ];
  collect = [
    function
    any
  ];
  concat = [
    list
    list
  ];
  concatImapStrings = [
    function
    list
  ];
  concatImapStringsSep = [
    string
    function
    list
  ];
  concatLines = [ strings ];
  concatMapAttrs = [
    function
    set
  ];
  concatMapAttrsStringSep = [
    string
    function
    set
  ];
  concatMapStrings = [
    function
    list
  ];
  concatMapStringsSep = [
    string
    function
    list
  ];
  concatStrings = [ strings ];
  count = [
    function
    list
  ];
  drop = [
    integer
    list
  ];
  dropEnd = [
    integer
    list
  ];
  escape = [
    strings
    string
  ];
  escapeRegex = [ string ];
  escapeShellArg = [ text ];
  escapeShellArgs = [ list ];
  fileContents = [ file ];
  filterAttrs = [
    function
    set
  ];
  filterAttrsRecursive = [
    function
    set
  ];
  findFirst = [
    function
    any
    list
  ];
  findSingle = [
    function
    any
    any
    list
  ];
  fixedWidthNumber = [
    integer
    number
  ];
  fixedWidthString = [
    integer
    string
    text
  ];
  flip = [
    function
    any
    any
  ];
  foldl = [
    function
    any
    list
  ];
  foldlAttrs = [
    function
    any
    set
  ];
  foldr = [
    function
    any
    list
  ];
  forEach = [
    list
    function
  ];
  genAttrs = [
    strings
    function
  ];
  genAttrs' = [
    list
    function
  ];
  getAttrFromPath = [
    strings
    set
  ];
  getAttrs = [
    strings
    set
  ];
  hasAttrByPath = [
    strings
    any
  ];
  hasInfix = [
    string
    text
  ];
  hasPrefix = [
    string
    text
  ];
  hasSuffix = [
    string
    text
  ];
  ifilter0 = [
    function
    list
  ];
  imap0 = [
    function
    list
  ];
  imap1 = [
    function
    list
  ];
  importJSON = [ file ];
  importTOML = [ file ];
  init = [ list ];
  intersectLists = [
    list
    list
  ];
  intersperse = [
    any
    list
  ];
  last = [ list ];
  mapAttrs' = [
    function
    set
  ];
  mapAttrsRecursive = [
    function
    set
  ];
  mapAttrsRecursiveCond = [
    function
    function
    set
  ];
  mapAttrsToList = [
    function
    set
  ];
  mapCartesianProduct = [
    function
    set
  ];
  mergeAttrs = [
    set
    set
  ];
  mergeAttrsList = [ sets ];
  mkDefinition = [ set ];
  mod = [
    number
    number
  ];
  mutuallyExclusive = [
    list
    list
  ];
  optional = [
    boolean
    any
  ];
  optionalAttrs = [
    boolean
    any
  ];
  optionalString = [
    boolean
    any
  ];
  optionals = [
    boolean
    any
  ];
  "or" = [
    boolean
    boolean
  ];
  pipe = [
    any
    list
  ];
  range = [
    integer
    integer
  ];
  recursiveUpdate = [
    set
    set
  ];
  recursiveUpdateUntil = [
    function
    set
    set
  ];
  remove = [
    any
    list
  ];
  removePrefix = [
    string
    text
  ];
  removeSuffix = [
    string
    text
  ];
  replicate = [
    integer
    any
  ];
  reverseList = [ list ];
  setAttrByPath = [
    strings
    any
  ];
  sortOn = [
    function
    list
  ];
  splitString = [
    string
    text
  ];
  stringToCharacters = [ string ];
  sublist = [
    integer
    integer
    list
  ];
  subtractLists = [
    list
    list
  ];
  take = [
    integer
    list
  ];
  takeEnd = [
    integer
    list
  ];
  throwIf = [
    boolean
    string
  ];
  throwIfNot = [
    boolean
    string
  ];
  toHexString = [ integer ];
  toInt = [ string ];
  toIntBase10 = [ string ];
  toLower = [ string ];
  toSentenceCase = [ string ];
  toUpper = [ string ];
  trim = [ string ];
  unique = [ list ];
  versionAtLeast = [
    string
    string
  ];
  versionOlder = [
    string
    string
  ];
  warn = [
    string
    any
  ];
  warnIf = [
    boolean
    string
  ];
  warnIfNot = [
    boolean
    string
  ];
  xor = [
    boolean
    boolean
  ];
  zipAttrs = [ sets ];
  zipAttrsWithNames = [
    strings
    function
    sets
  ];
  zipLists = [
    list
    list
  ];
  zipListsWith = [
    function
    list
    list
  ];
}
