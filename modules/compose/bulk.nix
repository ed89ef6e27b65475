# Most places are a value that needs no look, defined once. They are taken from a table all together, which is what makes
# composing fast; `rest` names the places that have to be looked at one by one.
forms:
let
  inherit (builtins)
    attrNames
    catAttrs
    filter
    foldl'
    head
    intersectAttrs
    isFloat
    length
    listToAttrs
    mapAttrs
    removeAttrs
    tail
    unsafeGetAttrPos
    ;

  inherit (forms) nearest;
  inherit (import ./values.nix) isSimple judge;

  union = foldl' (sum: set: sum // set);

  # What more than one of the sets has a name for.
  overlap =
    sets:
    if length sets < 2 then
      { }
    else
      (foldl'
        (seen: set: {
          all = seen.all // set;
          twice = seen.twice // intersectAttrs seen.all set;
        })
        {
          all = head sets;
          twice = { };
        }
        (tail sets)
      ).twice;

  # A value in an mkOverride that nothing competes with, or a float that can be carried, needs no more than a glance.
  glance =
    integer: name: value:
    let
      # A default of the schema would beat the lesser ones.
      content =
        if value._type or null == "override" && value.priority < 1500 then value.content else value;
      verdict = judge integer content;
    in
    if isSimple content then
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
plan: prefix: plain: tables: known:
let
  inherit (plan) fields leaves;
  inherit (head tables) around;

  # What holds; and of that, what has a priority.
  live = if plain then tables else filter (table: table.around.active) tables;
  ranked = if plain then [ ] else filter (table: table.around.ranked) live;
  values = catAttrs "value" (if plain then tables else filter (table: !table.around.ranked) live);

  found =
    if !plain then
      intersectAttrs leaves (union { } values)
    else if plan.sections == { } then
      known
    else
      intersectAttrs leaves known;
  contested =
    if plain && length tables == 1 then
      [ ]
    else
      attrNames (intersectAttrs leaves (union (overlap values) (catAttrs "value" ranked)));

  single = if contested == [ ] then found else removeAttrs found contested;
  loose = filter (name: !(isSimple single.${name})) (attrNames single);
  glances = map (name: glance fields.${name}.integer name single.${name}) loose;

  value =
    if loose == [ ] then
      single
    else
      removeAttrs single loose // listToAttrs (catAttrs "setting" glances);
  pointers = if prefix == "" then leaves else mapAttrs (_: pointer: prefix + pointer) leaves;
in
{
  inherit value;
  rest = if loose == [ ] then contested else contested ++ catAttrs "unsettled" glances;
  origins = map (
    name:
    let
      position = unsafeGetAttrPos name found;
      file = around.names.${position.file} or (around.nameOf position.file);
    in
    {
      name = pointers.${name};
      value = {
        set = [
          (if position == null || file == null then nearest name live else position // { inherit file; })
        ];
      };
    }
  ) (attrNames value);
}
