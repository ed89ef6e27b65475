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
    arrange
    fresh
    isLoose
    isTable
    list
    peel
    scalar
    table
    weigh
    ;
  inherit (forms.marks) isMark markOf;
  inherit (forms.problems) misplaced;

  reverse = xs: genList (index: elemAt xs (length xs - 1 - index)) (length xs);

  # A mark that nothing will take off, such as the mkIf in mkForce (mkIf c x). Where fields are declared, it is for them.
  isStray =
    plan: definition:
    isMark definition.value
    && !(
      plan.declared && all (inner: isTable inner.value && !(inner ? misplaced)) (peel (fresh definition))
    );

  holdsList = definition: isList definition.value;

  # Everything but a value that needs no look, and lists that do not say where they go.
  other =
    plan: prefix: name: originOf: winners:
    let
      origin = originOf winners;
      strays = filter (isStray plan) winners;

      # As in nixpkgs, where declared fields are a module evaluation of its own, which takes the later first once more.
      inside = if plan.declared then concatMap peel (map fresh (reverse winners)) else map fresh winners;
      inner = table plan prefix (all (definition: definition.around.plain) inside) inside;
    in
    if strays != [ ] then
      {
        config = (head strays).value;
        origins = [ origin ];
        problems = map (definition: misplaced origin.name (markOf definition.value) definition) strays;
      }
    else if all (definition: isTable definition.value) winners then
      {
        inherit (inner) config;
        summary = {
          setting = {
            inherit name;
            inherit (inner.total) value;
          };
          origins = [ origin ] ++ inner.total.origins;
          inherit (inner.total) problems;
        };
      }
    else if all holdsList winners then
      list plan name origin winners
    else
      scalar plan name origin winners;
in
plan: prefix: name: found:
let
  weighed = weigh found;
  winners = weighed.right;
  first = (head winners).value;
  originOf = definitions: {
    name = prefix + plan.pointer;
    value =
      if weighed.wrong == [ ] then
        { set = catAttrs "at" definitions; }
      else
        {
          set = catAttrs "at" definitions;
          overridden = map (definition: definition.at // { inherit (definition) priority; }) weighed.wrong;
        };
  };
in
# A default has a priority too, and one above it does not win.
if winners == [ ] || plan.defaulted && (head winners).priority > 1500 then
  { }
else if
  !(isLoose first) && (length winners == 1 || all (definition: definition.value == first) winners)
then
  {
    config = first;
    setting = {
      inherit name;
      value = first;
    };
    origins = [ (originOf winners) ];
  }
else if all holdsList winners then
  list plan name (originOf winners) winners
else
  other plan prefix name originOf (arrange winners)
