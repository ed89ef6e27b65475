# Options: the definitions of the highest priority are joined when they are tables or lists, and have
# to be equal otherwise.
{
  filterOverrides,
  innerDefinition,
  invalidProperties,
  invalidProperty,
  isProperty,
  isTable,
  mergeEqualOption,
  mergeList,
  mergeTable,
  needsCheck,
  pushDownProperties,
  sortProperties,
}:
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

  # The priority of the defaults of the schema, as mkOptionDefault has it in nixpkgs.
  optionDefaultPriority = 1500;

  reverseList = xs: genList (index: elemAt xs (length xs - 1 - index)) (length xs);

  # A property that nothing removes, such as the mkIf in mkForce (mkIf c x). Declared fields remove it.
  isMisplaced =
    opt: def:
    isProperty def.value
    && !(
      opt.isDeclared
      && all (inner: isTable inner.value && !(inner ? misplaced)) (
        pushDownProperties (innerDefinition def)
      )
    );

  contentOf =
    value: if isProperty value then contentOf (value.content or value.value or null) else value;

  hasList = def: isList def.value;

  # Everything but simple values and lists without mkOrder.
  mergeOther =
    opt: prefix: name: originOf: defs:
    let
      origin = originOf defs;
      misplaced = filter (isMisplaced opt) defs;

      # In nixpkgs, declared fields are a submodule, which reverses the definitions once more.
      inner =
        if opt.isDeclared then
          concatMap pushDownProperties (map innerDefinition (reverseList defs))
        else
          map innerDefinition defs;
      table = mergeTable opt prefix (all (def: def.context.bare) inner) inner;
    in
    if misplaced != [ ] then
      {
        # Other modules read what the properties are around, so that the problems can be reported.
        config = contentOf (head misplaced).value;
        origins = [ origin ];
        problems = map (def: invalidProperty origin.name def def.value) misplaced;
      }
    else if all (def: isTable def.value) defs then
      {
        inherit (table) config;
        summary = {
          setting = {
            inherit name;
            inherit (table.total) value;
          };
          origins = [ origin ] ++ table.total.origins;
          problems = invalidProperties origin.name inner ++ table.total.problems;
        };
      }
    else if all hasList defs then
      mergeList opt name origin defs
    else
      mergeEqualOption opt name origin defs;

  evalDefinitions =
    opt: prefix: name: originOf: defs:
    let
      first = (head defs).value;
    in
    if !(needsCheck first) && (length defs == 1 || all (def: def.value == first) defs) then
      {
        config = first;
        setting = {
          inherit name;
          value = first;
        };
        origins = [ (originOf defs) ];
      }
    else if all hasList defs then
      mergeList opt name (originOf defs) defs
    else
      mergeOther opt prefix name originOf (sortProperties defs);
in
/**
  Evaluates an option: filters its definitions by priority, sorts them and merges them.

  # Inputs

  `found`

  : Definitions of the option, with mkIf, mkMerge and mkOverride discharged

  # Type

  ```
  evalOptionValue :: OptionNode -> String -> String -> [ Definition ] -> Result
  ```
*/
opt: prefix: name: found:
let
  filtered = filterOverrides found;
  defs = filtered.right;
  evaluated = evalDefinitions opt prefix name originOf;
  originOf = defs: {
    name = prefix + opt.pointer;
    value =
      if filtered.wrong == [ ] then
        { set = catAttrs "pos" defs; }
      else
        {
          set = catAttrs "pos" defs;
          overridden = map (def: def.pos // { inherit (def) priority; }) filtered.wrong;
        };
  };
in
# A definition weaker than the default of the schema loses to it, and one of its priority joins it.
if defs == [ ] then
  { }
else if !opt.hasDefault || (head defs).priority < optionDefaultPriority then
  evaluated defs
else if (head defs).priority == optionDefaultPriority then
  import ./join-default.nix opt evaluated defs
else
  { }
