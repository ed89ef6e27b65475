# A definition is a value with what is known of it so far:
#   at         where it was written: { file, line, column }, and `element` when it is the n-th of a list
#   around     what stands around it, shared by all that stands inside the same:
#     plain      nothing does, so that the next three need not be asked
#     active     whether the conditions hold; asked as late as possible, since they may read other settings
#     ranked     whether there is an mkOverride
#     priority   of that mkOverride, or the usual one
#     inside     the same for what is inside a list, a map or a choice, where nothing outside counts any more
#     nameOf     what to call a file that Nix names, and null for what is no file
#     names      what to call the files of modules, as { file }
#   priority   of its own mkOverride, or what there is around it
#   order, misplaced  of its own mkOrder, and the name of a mark that nothing takes off, where there is one
let
  inherit (builtins)
    concatMap
    filter
    foldl'
    head
    intersectAttrs
    tail
    unsafeGetAttrPos
    ;
  inherit (import ./weigh.nix) settle;

  # The attribute that holds a value says where the value was written, whatever is wrapped around it.
  place =
    name: table:
    let
      position = unsafeGetAttrPos name table.value;
    in
    # Where Nix does not know a place, the nearest attribute around it stands for it.
    if position == null then
      table.at
    else
      position // table.around.names.${position.file} or (elsewhere position.file table);

  # Most values are written in the file of a module, but not all.
  elsewhere =
    written: table:
    let
      file = table.around.nameOf written;
    in
    if file == null then table.at else { inherit file; };

  # All that several tables have a name for, and what more than one of them has.
  together =
    tables:
    if tables == [ ] then
      {
        all = { };
        twice = { };
      }
    else
      foldl'
        (seen: table: {
          all = seen.all // table.value;
          twice = seen.twice // intersectAttrs seen.all table.value;
        })
        {
          all = (head tables).value;
          twice = { };
        }
        (tail tables);
in
{
  inherit place together;

  # The same among tables with something around them, as far as they hold. What an mkOverride is around has to be weighed, so
  # it counts as twice.
  among =
    tables:
    let
      live = filter (table: table.around.active) tables;
      ranked = filter (table: table.around.ranked) live;
      merged = together (filter (table: !table.around.ranked) live);
    in
    {
      inherit live;
      inherit (merged) all;
      twice = foldl' (found: table: found // table.value) merged.twice ranked;
    };

  # The first of the tables that has a name.
  having = name: tables: head (filter (table: table.value ? ${name}) tables);

  # What is around a module: nothing.
  nothing =
    { names, nameOf }:
    let
      around = {
        plain = true;
        active = true;
        ranked = false;
        priority = 100;
        inside = around;
        inherit names nameOf;
      };
    in
    around;

  fresh =
    {
      value,
      at,
      around,
      ...
    }:
    {
      inherit value at;
      around = around.inside;
      inherit (around.inside) priority;
    };

  # What definitions of a table say of one of its names: all of it, conditions and all; and as far as it holds.
  all =
    name:
    concatMap (
      { value, around, ... }@table:
      if value ? ${name} then
        [
          {
            value = value.${name};
            at = place name table;
            inherit around;
            inherit (around) priority;
          }
        ]
      else
        [ ]
    );
  holding =
    name:
    concatMap (
      { value, around, ... }@table:
      if value ? ${name} && around.active then
        settle {
          value = value.${name};
          at = place name table;
          inherit around;
          inherit (around) priority;
        }
      else
        [ ]
    );
}
