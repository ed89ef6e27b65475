# Most places are a value that needs no look, defined once. They are taken from a table all together, which is what makes
# composing fast; `rest` names the places that have to be looked at one by one.
forms:
let
  inherit (builtins)
    attrNames
    attrValues
    catAttrs
    filter
    foldl'
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
    together
    ;

  union = foldl' (sum: set: sum // set) { };

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

  # What holds among tables with something around them, as far as no mkOverride is around it.
  among =
    leaves: tables:
    let
      live = filter (table: table.around.active) tables;
      ranked = filter (table: table.around.ranked) live;
      sure = together (filter (table: !table.around.ranked) live);
    in
    {
      inherit live;
      found = intersectAttrs leaves sure.all;
      contested = attrNames (intersectAttrs leaves (sure.twice // union (catAttrs "value" ranked)));
    };
in
plan: prefix: plain: tables: known: twice:
let
  inherit ((head tables).around) names;

  marked = among plan.leaves tables;
  found =
    if !plain then
      marked.found
    else if plan.sections == { } then
      known
    else
      intersectAttrs plan.leaves known;
  contested =
    if !plain then
      marked.contested
    else if twice == { } then
      [ ]
    else
      attrNames (intersectAttrs plan.leaves twice);

  single = if contested == [ ] then found else removeAttrs found contested;
  elsewhere = name: place name (having name (if plain then tables else marked.live));
  singly = intersectAttrs single plan.leaves;
  loose = filter ({ name, ... }: isLoose single.${name}) (attrValues singly);
  glances = map (glance single) loose;
  unsettled = catAttrs "unsettled" glances;
  settled = if unsettled == [ ] then singly else removeAttrs singly unsettled;
in
{
  # What is settled here, though not yet as a glance makes of it.
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
          (
            if position == null then
              elsewhere name
            else
              position // names.${position.file} or (elsewhere name)
          )
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
