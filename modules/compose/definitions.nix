# A definition is a value with what is known of it so far:
#   at         where it was written: { file, line, column }, and `element` when it is the n-th of a list
#   around     what stands around it, shared by all that stands inside the same:
#     plain      nothing does, so that the next three need not be asked
#     active     whether the conditions hold; asked as late as possible, since they may read other settings
#     ranked     whether there is an mkOverride
#     priority   of that mkOverride, or the usual one
#     inside     the same for what is inside a list, a map or a choice, where nothing outside counts any more
#     nameOf     what to call a file that Nix names, and null for what is no file
#     names      for the files of modules, the same as { file }
#   priority   of its own mkOverride, where there is one; else that of what is around it counts
#   order, misplaced  of its own mkOrder, and the name of a mark that nothing takes off, where there is one
let
  inherit (builtins)
    concatMap
    filter
    head
    unsafeGetAttrPos
    ;
  inherit (import ./weigh.nix) settle;

  # The attribute that holds a value says where the value was written, whatever is wrapped around it.
  place =
    name: table:
    let
      position = unsafeGetAttrPos name table.value;
    in
    if position != null && table.around.names ? ${position.file} then
      position // table.around.names.${position.file}
    else
      elsewhere position table;

  # Most values are written in the file of a module. Where Nix does not know a place, the nearest attribute around it stands
  # for it.
  elsewhere =
    position: table:
    let
      file = table.around.nameOf position.file;
    in
    if position == null || file == null then table.at else position // { inherit file; };

  # What a definition of a table says of one of its names.
  child =
    name:
    { around, ... }@table:
    {
      value = table.value.${name};
      at = place name table;
      inherit around;
    };
in
{
  inherit place;

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
    };

  inherit child;

  # Of one of their names, the definitions that hold.
  holding =
    name:
    concatMap (
      table:
      if !(table.value ? ${name} && table.around.active) then
        [ ]
      else if table.value.${name} ? _type then
        settle (child name table)
      else
        [ (child name table) ]
    );
}
