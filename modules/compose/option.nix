# An option: its definitions are weighed whole, the winners are joined when they are tables or lists, and must be equal
# otherwise.
forms:
let
  inherit (builtins)
    all
    catAttrs
    concatMap
    elemAt
    filter
    genList
    head
    isList
    length
    ;

  inherit (forms)
    fresh
    isMark
    list
    markOf
    peel
    scalar
    table
    weigh
    ;
  inherit (import ./problems.nix) misplaced;
  inherit (import ./values.nix) isTable;

  reverse = xs: genList (index: elemAt xs (length xs - 1 - index)) (length xs);

  # A mark that nothing will take off, such as the mkIf in mkForce (mkIf c x). Where fields are declared, it is for them.
  isStray =
    plan: definition:
    isMark definition.value
    && !(
      plan.declared && all (inner: isTable inner.value && !(inner ? misplaced)) (peel (fresh definition))
    );
in
plan: prefix: name: found:
let
  inherit (weigh found) winners losers;
  pointer = prefix + plan.pointer;
  strays = filter (isStray plan) winners;

  origin = {
    name = pointer;
    value = {
      set = catAttrs "at" winners;
    }
    // (if losers == [ ] then { } else { overridden = losers; });
  };

  # As in nixpkgs, where declared fields are a module evaluation of its own, which takes the later first once more.
  inner = table plan prefix (
    if plan.declared then concatMap peel (map fresh (reverse winners)) else map fresh winners
  );
in
if winners == [ ] then
  { }
else if strays != [ ] then
  {
    config = (head strays).value;
    origins = [ origin ];
    problems = map (definition: misplaced pointer (markOf definition.value) definition) strays;
  }
else if all (definition: isTable definition.value) winners then
  {
    inherit (inner) config;
    summary = {
      setting = {
        inherit name;
        inherit (inner) value;
      };
      origins = [ origin ] ++ inner.origins;
      inherit (inner) problems;
    };
  }
else if all (definition: isList definition.value) winners then
  list plan pointer name origin winners
else
  scalar plan pointer name origin winners
