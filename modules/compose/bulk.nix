# Most places are a value that needs no look, defined once. They are taken from a table all together, which is what makes
# composing fast; `rest` names the places that have to be looked at one by one.
forms:
let
  inherit (builtins)
    attrNames
    attrValues
    catAttrs
    filter
    head
    intersectAttrs
    isFloat
    mapAttrs
    removeAttrs
    unsafeGetAttrPos
    ;

  inherit (forms)
    having
    isLoose
    judge
    place
    ;

  # A value in an mkOverride that nothing competes with, or a float that can be carried, needs no more than a glance.
  glance =
    single:
    { name, integer, ... }:
    let
      value = single.${name};
      # A default of the schema would beat the lesser ones.
      content =
        if value._type or null == "override" && value.priority < 1500 then value.content else value;
      verdict = judge integer content;
    in
    if !(isLoose content) then
      {
        setting = {
          inherit name;
          value = content;
        };
      }
    else if isFloat content && verdict ? value then
      {
        setting = {
          inherit name;
          inherit (verdict) value;
        };
      }
    else
      { unsettled = name; };
in
# `found` are the leaves in any of the tables, and `twice` has all names that more than one of them may have a say in.
plan: prefix: tables: found: twice:
let
  inherit ((head tables).around) names;

  contested = attrNames (intersectAttrs plan.leaves twice);
  single = if contested == [ ] then found else removeAttrs found contested;
  nearby = name: place name (having name tables);
  singly = intersectAttrs single plan.leaves;
  loose = filter ({ name, ... }: isLoose single.${name}) (attrValues singly);
  glances = map (glance single) loose;
  unsettled = catAttrs "unsettled" glances;
  settled = if unsettled == [ ] then singly else removeAttrs singly unsettled;
in
{
  # What is settled here; `settings` are what a glance makes of some of it.
  value = if unsettled == [ ] then single else removeAttrs single unsettled;
  settings = catAttrs "setting" glances;
  rest = if unsettled == [ ] then contested else contested ++ unsettled;
  origins = map (
    { name, pointer, ... }:
    let
      position = unsafeGetAttrPos name found;
    in
    {
      name = pointer;
      value = {
        set = [
          (if position == null then nearby name else position // names.${position.file} or (nearby name))
        ];
      };
    }
  ) (
    attrValues (
      if prefix == "" then
        settled
      else
        mapAttrs (_: leaf: {
          inherit (leaf) name;
          pointer = prefix + leaf.pointer;
        }) settled
    )
  );
}
