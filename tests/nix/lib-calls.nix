# The calls by which each function of modules/lib is compared with that of nixpkgs. A call takes the function.
let
  inherit (builtins)
    concatMap
    filter
    isAttrs
    isInt
    isList
    length
    stringLength
    toJSON
    ;

  # Arguments of each kind.
  ints = [
    (-3)
    0
    1
    7
    255
  ];
  bools = [
    true
    false
  ];
  strings = [
    ""
    "a"
    "b"
    "ab"
    "aXb a.b"
    "a.b.c"
    "Uber [x] (y) {z} \\ $ ^ | * + ?"
    "  padded\t\n"
    "two\nlines\n"
    "it's"
    "1.2.10"
    "prefix-a-suffix"
  ];
  numbersInText = [
    "0"
    "7"
    " 42 "
    "-5"
    "007"
    "00"
    "0x1f"
    "1.5"
    ""
    "- 1"
  ];
  lists = [
    [ ]
    [ 1 ]
    [
      3
      1
      2
      1
      3
    ]
    [
      "b"
      "a"
      "b"
    ]
    [
      [ 1 ]
      [
        [ 2 ]
        3
      ]
    ]
  ];
  stringLists = [
    [ ]
    [ "a" ]
    [
      "b"
      "a.c"
      ""
    ]
  ];
  intLists = [
    [ ]
    [ 5 ]
    [
      3
      1
      2
      1
    ]
  ];
  sets = [
    { }
    { a = 1; }
    {
      b = 2;
      a = null;
    }
    {
      a.b = {
        c = 1;
        d = [ 2 ];
      };
      z = "z";
    }
    {
      a.b.c = 2;
      a.x = { };
      y.b = 1;
    }
  ];
  paths = [
    [ ]
    [ "a" ]
    [
      "a"
      "b"
    ]
    [
      "a"
      "b"
      "c"
      "d"
    ]
    [ "z" ]
  ];
  values = ints ++ bools ++ [ null ] ++ strings ++ lists ++ sets;

  isSmall = value: isInt value && value > 1;
  show = value: "<${toJSON value}>";
  cross = first: second: concatMap (a: map (b: { inherit a b; }) second) first;

  # Each function with its calls. A call takes the function.
  one = list: map (x: f: f x) list;
  two = first: second: map ({ a, b }: f: f a b) (cross first second);
  with_ = function: list: map (x: f: f function x) list;
  withTwo = function: first: second: map ({ a, b }: f: f function a b) (cross first second);
in
{
  # Properties.
  mkAfter = one lists;
  mkBefore = one lists;
  mkOrder = two ints lists;
  mkOverride = two ints values;
  mkDefault = one values;
  mkForce = one values;
  mkOptionDefault = one values;
  mkVMOverride = one values;
  mkImageMediaOverride = one values;
  mkIf = two bools values;
  mkMerge = one lists;
  mkAssert = withTwo true [ "m" ] values ++ withTwo false [ "m" ] values;
  mkDefinition = one [
    {
      file = "f";
      value = 1;
    }
  ];

  setDefaultModuleLocation = two [ "file.nix" ] sets;

  # Lists.
  singleton = one values;
  optional = two bools values;
  optionals = two bools lists;
  toList = one values;
  forEach = map (x: f: f x show) lists;
  imap0 = with_ (index: value: show [ index value ]) lists;
  imap1 = with_ (index: value: show [ index value ]) lists;
  ifilter0 = with_ (index: _: index != 1) lists;
  foldl = map (x: f: f (a: b: show [ a b ]) "s" x) lists;
  foldr = map (x: f: f (a: b: show [ a b ]) "s" x) lists;
  "foldl'" = map (x: f: f (a: b: show [ a b ]) "s" x) lists;
  flatten = one (lists ++ ints);
  remove = two ([ 1 ] ++ [ "b" ]) lists;
  count = with_ isSmall lists;
  findFirst = map (x: f: f isSmall "none" x) lists;
  findSingle = map (x: f: f isSmall "none" "several" x) lists;
  range = two ints ints;
  replicate = two [ 0 1 3 ] values;
  reverseList = one lists;
  take = two [ 0 1 3 9 ] lists;
  drop = two [ 0 1 3 9 ] lists;
  takeEnd = two [ 0 1 3 9 ] lists;
  dropEnd = two [ 0 1 3 9 ] lists;
  sublist = map ({ a, b }: f: f a 2 b) (cross [ 0 1 4 ] lists);
  last = one lists;
  init = one lists;
  zipListsWith = withTwo (a: b: show [ a b ]) lists lists;
  zipLists = two lists lists;
  sortOn = with_ (x: 0 - x) intLists ++ with_ stringLength stringLists;
  unique = one lists;
  allUnique = one lists;
  intersectLists = two lists lists;
  subtractLists = two lists lists;
  mutuallyExclusive = two lists lists;
  all = with_ isSmall lists;
  any = with_ isSmall lists;
  concatLists = one [
    [ ]
    [
      [ 1 ]
      [ 2 ]
    ]
  ];
  concatMap = with_ (x: [
    x
    x
  ]) lists;
  elem = two ([ 1 ] ++ [ "b" ]) lists;
  elemAt = map (x: f: f x 0) (filter (x: x != [ ]) lists);
  filter = with_ isSmall lists;
  genList = map (x: f: f show x) [ 0 3 ];
  groupBy = with_ show lists;
  head = one (filter (x: x != [ ]) lists);
  tail = one (filter (x: x != [ ]) lists);
  length = one lists;
  partition = with_ isSmall lists;
  sort = with_ (a: b: a < b) (intLists ++ stringLists);

  # Sets.
  attrByPath = map ({ a, b }: f: f a "none" b) (cross paths sets);
  hasAttrByPath = two paths sets;
  getAttrFromPath = two [ [ ] [ "a" ] ] (filter (x: x ? a) sets);
  setAttrByPath = two paths values;
  attrVals = two [ [ "a" ] [ ] ] (filter (x: x ? a) sets);
  getAttrs = two [ [ "a" ] [ ] ] (filter (x: x ? a) sets);
  filterAttrs = with_ (name: value: name == "a" || value == 2) sets;
  filterAttrsRecursive = with_ (name: value: name != "c" && value != { }) sets;
  foldlAttrs = map (x: f: f (a: n: v: show [ a n v ]) "s" x) sets;
  collect = with_ isList (sets ++ ints) ++ with_ (x: x ? c) sets;
  nameValuePair = two strings values;
  "mapAttrs'" = with_ (name: value: {
    name = "x-${name}";
    value = show value;
  }) sets;
  mapAttrsToList = with_ (name: value: show [ name value ]) sets;
  attrsToList = one sets;
  concatMapAttrs = with_ (name: value: {
    "${name}-1" = value;
    both = name;
  }) sets;
  mapAttrsRecursive = with_ (path: value: show [ path value ]) sets;
  mapAttrsRecursiveCond = withTwo (x: !(x ? c)) [ (path: value: show [ path value ]) ] sets;
  genAttrs = map (x: f: f x show) stringLists;
  "genAttrs'" = map (x: f: f x (name: {
    name = "x${name}";
    value = name;
  })) stringLists;
  optionalAttrs = two bools sets;
  zipAttrs = one [
    [ ]
    sets
  ];
  zipAttrsWith = with_ (name: values: show [ name values ]) [ sets ];
  zipAttrsWithNames = map (names: f: f names (name: values: show [ name values ]) sets) [
    [ "a" ]
    [ ]
  ];
  recursiveUpdate = two sets sets;
  recursiveUpdateUntil =
    withTwo (path: left: right: length path > 1 || !(isAttrs left && isAttrs right)) sets sets ++ withTwo (_: left: right: !(isAttrs left && isAttrs right)) sets sets;
  mergeAttrsList = one [
    [ ]
    sets
  ];
  cartesianProduct = one [
    { }
    { a = [ ]; }
    {
      a = [
        1
        2
      ];
      b = [
        "x"
        "y"
      ];
    }
  ];
  mapCartesianProduct = with_ show [
    {
      a = [
        1
        2
      ];
      b = [ 3 ];
    }
  ];
  isDerivation = one (sets ++ [ { type = "derivation"; } ]);
  attrNames = one sets;
  attrValues = one sets;
  catAttrs = two [ "a" ] [ sets ];
  getAttr = two [ "a" ] (filter (x: x ? a) sets);
  hasAttr = two [ "a" ] sets;
  intersectAttrs = two sets sets;
  isAttrs = one values;
  listToAttrs = one [
    [
      {
        name = "a";
        value = 1;
      }
    ]
  ];
  mapAttrs = with_ (name: value: show [ name value ]) sets;
  removeAttrs = two sets [ [ "a" ] [ ] ];

  # Strings.
  concatStrings = one stringLists;
  concatMapStrings = with_ show lists;
  concatImapStrings = with_ (index: value: show [ index value ]) lists;
  concatStringsSep = two strings stringLists;
  concatMapStringsSep = map (x: f: f ", " show x) lists;
  concatImapStringsSep = map (x: f: f ", " (index: value: show [ index value ]) x) lists;
  concatMapAttrsStringSep = map (x: f: f ", " (name: value: show [ name value ]) x) sets;
  concatLines = one stringLists;
  intersperse = two [ "," ] (filter (x: x != [ ]) lists);
  optionalString = two bools strings;
  hasPrefix = two strings strings;
  hasSuffix = two strings strings;
  hasInfix = two strings strings;
  removePrefix = two strings strings;
  removeSuffix = two strings strings;
  splitString = two (filter (x: x != "") strings) strings;
  stringToCharacters = one strings;
  toLower = one strings;
  toUpper = one strings;
  toSentenceCase = one strings;
  trim = one strings;
  escape = two [ [ "a" "." ] [ "b" ] ] strings;
  escapeRegex = one strings;
  escapeShellArg = one (strings ++ ints);
  escapeShellArgs = one stringLists;
  fixedWidthString = map (x: f: f 12 "." x) strings;
  fixedWidthNumber = two [ 3 8 ] [ 0 7 255 ];
  toInt = one numbersInText;
  toIntBase10 = one numbersInText;
  versionOlder = two [ "1.2" "1.10" "1.2pre" ] [ "1.2" "1.10" "1.2pre" ];
  versionAtLeast = two [ "1.2" "1.10" "1.2pre" ] [ "1.2" "1.10" "1.2pre" ];
  fileContents = one [ ./schema.nix ];
  readFile = one [ ./schema.nix ];
  fromJSON = one [ "[1, {\"a\": null}]" ];
  isString = one values;
  match = two [ "a(.*)" ] strings;
  replaceStrings = map (x: f: f [ "a" ] [ "A" ] x) strings;
  split = two [ "(a)" ] strings;
  stringLength = one strings;
  substring = map (x: f: f 1 2 x) strings;
  toJSON = one values;
  typeOf = one values;

  # Others.
  id = one values;
  const = two values ints;
  flip = map ({ a, b }: f: f (x: y: show [ x y ]) a b) (cross ints ints);
  pipe = map (x: f: f x [ show stringLength ]) values;
  toFunction = map (x: f: f x 5) [
    7
    (x: x + 1)
    { __functor = _: x: x + 2; }
  ];
  isFunction = one (
    values
    ++ [
      (x: x)
      { __functor = _: x: x; }
    ]
  );
  functionArgs = map (x: f: f x) [
    (
      {
        a,
        b ? 1,
      }:
      a
    )
    (x: x)
    {
      __functor = _: { a }: a;
    }
  ];
  setFunctionArgs = map (x: f: {
    called = (f (y: y + 1) { a = true; }) 4;
    args = (f (y: y + 1) { a = true; }).__functionArgs;
  }) [ 1 ];
  concat = two lists lists;
  mergeAttrs = two sets sets;
  and = two bools bools;
  "or" = two bools bools;
  xor = two bools bools;
  bitAnd = two ints ints;
  bitOr = two ints ints;
  bitXor = two ints ints;
  bitNot = one ints;
  add = two ints ints;
  sub = two ints ints;
  mul = two ints ints;
  div = two ints [ 1 7 ];
  mod = two ints [ 1 7 ];
  min = two ints ints;
  max = two ints ints;
  compare = two ints ints ++ two strings strings;
  lessThan = two ints ints;
  ceil = one ints;
  floor = one ints;
  boolToString = one bools;
  boolToYesNo = one bools;
  defaultTo = two [ "d" ] values;
  mapNullable = with_ show values;
  isBool = one values;
  isFloat = one (values ++ [ 1.5 ]);
  isInt = one values;
  isList = one values;
  isPath = one (values ++ [ ./. ]);
  importJSON = one [ ./schemas/recursive.json ];
  importTOML = one [ ../../Cargo.toml ];
  pathExists = one [
    ./schema.nix
    ./nothing.nix
  ];
  seq = two ints values;
  deepSeq = two lists values;
  warn = two [ "a warning that the test shows" ] [ 1 ];
  warnIf = map (x: f: f false "m" x) values;
  warnIfNot = map (x: f: f true "m" x) values;
  throwIf = map ({ a, b }: f: f a "m" b) (cross bools ints);
  throwIfNot = map ({ a, b }: f: f a "m" b) (cross bools ints);
  assertMsg = two bools [ "m" ];
  trace = two [ "a trace that the test shows" ] [ 1 ];
  traceVal = one [ 1 ];
  toHexString = one [ 0 9 10 255 4096 ];
}
