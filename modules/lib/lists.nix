# Functions of nixpkgs' lib for lists, by their names and arguments there.
let
  inherit (builtins)
    all
    concatMap
    elem
    elemAt
    filter
    foldl'
    genList
    isList
    length
    lessThan
    sort
    ;

  min = a: b: if a < b then a else b;
  max = a: b: if a > b then a else b;

  sublist =
    start: count: list:
    genList (index: elemAt list (start + index)) (max 0 (min count (length list - start)));
  notEmpty =
    name: list:
    if list == [ ] then throw "lists.${name}: list must not be empty" else list;
in
rec {
  inherit sublist;

  singleton = element: [ element ];
  optional = condition: element: if condition then [ element ] else [ ];
  optionals = condition: list: if condition then list else [ ];
  toList = value: if isList value then value else [ value ];

  forEach = list: function: map function list;
  imap0 = function: list: genList (index: function index (elemAt list index)) (length list);
  imap1 = function: imap0 (index: function (index + 1));
  ifilter0 =
    predicate: list:
    map (elemAt list) (filter (index: predicate index (elemAt list index)) (range 0 (length list - 1)));

  foldl =
    function: start: list:
    let
      upTo = count: if count == 0 then start else function (upTo (count - 1)) (elemAt list (count - 1));
    in
    upTo (length list);
  foldr =
    function: start: list:
    let
      from = index: if index == length list then start else function (elemAt list index) (from (index + 1));
    in
    from 0;

  flatten = value: if isList value then concatMap flatten value else [ value ];
  remove = element: filter (other: other != element);
  count = predicate: list: length (filter predicate list);
  findFirst =
    predicate: default: list:
    let
      first = foldl' (
        found: index: if found < 0 && predicate (elemAt list index) then index else found
      ) (-1) (range 0 (length list - 1));
    in
    if first < 0 then default else elemAt list first;
  findSingle =
    predicate: default: multiple: list:
    let
      found = filter predicate list;
    in
    if found == [ ] then
      default
    else if length found == 1 then
      elemAt found 0
    else
      multiple;

  range = first: last: genList (index: first + index) (max 0 (last - first + 1));
  replicate = count: element: genList (_: element) count;
  reverseList = list: genList (index: elemAt list (length list - 1 - index)) (length list);

  take = count: sublist 0 count;
  drop = count: list: sublist count (length list) list;
  takeEnd = count: list: drop (max 0 (length list - count)) list;
  dropEnd = count: list: take (max 0 (length list - count)) list;
  last = list: elemAt (notEmpty "last" list) (length list - 1);
  init = list: take (length (notEmpty "init" list) - 1) list;

  zipListsWith =
    function: first: second:
    genList (index: function (elemAt first index) (elemAt second index)) (
      min (length first) (length second)
    );
  zipLists = zipListsWith (fst: snd: { inherit fst snd; });

  sortOn =
    key: list:
    map (pair: pair.element) (
      sort (a: b: lessThan a.key b.key) (
        map (element: {
          inherit element;
          key = key element;
        }) list
      )
    );
  unique = foldl' (found: element: if elem element found then found else found ++ [ element ]) [ ];
  allUnique = list: length (unique list) == length list;
  intersectLists = first: filter (element: elem element first);
  subtractLists = removed: filter (element: !(elem element removed));
  mutuallyExclusive = first: second: first == [ ] || all (element: !(elem element first)) second;
}
