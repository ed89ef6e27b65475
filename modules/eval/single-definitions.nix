# The fast path. Most options have one definition, whose value needs no check. They are taken from
# the tables all at once, and only the remaining ones are evaluated one by one.
{
  attrPosition,
  checkValue,
  firstWith,
  needsCheck,
}:
let
  inherit (builtins)
    attrNames
    attrValues
    catAttrs
    filter
    head
    intersectAttrs
    isBool
    isFloat
    isInt
    isString
    length
    mapAttrs
    removeAttrs
    unsafeGetAttrPos
    ;

  # The priority of the defaults of the schema, as mkOptionDefault has it in nixpkgs.
  optionDefaultPriority = 1500;

  # A value in an mkOverride without competitors, and a float that can be carried, need little more.
  checkSingle =
    values:
    { name, isInteger, ... }:
    let
      value = values.${name};
      content =
        if
          value._type or null == "override"
          && isInt value.priority
          && value.priority < optionDefaultPriority
        then
          value.content
        else
          value;
      checked = checkValue isInteger content;
    in
    if !(needsCheck content) then
      {
        setting = {
          inherit name;
          value = content;
        };
      }
    else if isFloat content && checked ? value then
      {
        setting = {
          inherit name;
          inherit (checked) value;
        };
      }
    else
      { remaining = name; };
in
/**
  Takes the options that have a single, simple definition from the tables of a place.

  # Inputs

  `found`

  : The options of `opt` that any of the tables defines

  `repeated`

  : Names that more than one definition may decide on

  # Type

  ```
  evalSingleDefinitions :: OptionNode -> String -> [ Definition ] -> AttrSet -> AttrSet -> {
    count :: Int;             # number of options in `found`
    values :: AttrSet;        # taken as they are
    settings :: [ Setting ];  # taken after a check
    remaining :: [ String ];  # names to evaluate one by one
    origins :: [ Origin ];
  }
  ```
*/
opt: prefix: defs: found: repeated:
let
  inherit ((head defs).context) files;

  contested = attrNames (intersectAttrs opt.options repeated);
  single = if contested == [ ] then found else removeAttrs found contested;
  singleOptions = intersectAttrs single opt.options;
  # attrValues sorts, so the list is shared.
  optionList = attrValues singleOptions;
  unchecked = filter (
    { name, ... }:
    let
      value = single.${name};
    in
    # needsCheck, without a call for each value.
    !(isString value || isInt value || isBool value || value == null)
  ) optionList;
  results = map (checkSingle single) unchecked;
  unsettled = catAttrs "remaining" results;
  settled = if unsettled == [ ] then singleOptions else removeAttrs singleOptions unsettled;

  positionOf = name: attrPosition name (firstWith name defs);
in
{
  count = length contested + length optionList;
  values = if unsettled == [ ] then single else removeAttrs single unsettled;
  settings = catAttrs "setting" results;
  remaining = if unsettled == [ ] then contested else contested ++ unsettled;
  origins = map (
    { name, pointer, ... }:
    let
      position = unsafeGetAttrPos name found;
    in
    {
      name = pointer;
      value = {
        set = [
          (
            if position == null then
              positionOf name
            else
              position // files.${position.file} or (positionOf name)
          )
        ];
      };
    }
  ) (
    if prefix != "" then
      attrValues (
        mapAttrs (_: option: {
          inherit (option) name;
          pointer = prefix + option.pointer;
        }) settled
      )
    else if unsettled == [ ] then
      optionList
    else
      attrValues settled
  );
}
