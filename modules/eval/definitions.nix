# Definitions: values together with what is known of them. A definition has
#
#   value       the value, in its properties
#   pos         its position: { file, line, column }, and `element`, its index in a list
#   priority    the priority of its mkOverride, or that of its context
#   order       the priority of its mkOrder, if it has one
#   misplaced   a property that nothing removes, if there is one
#   conditions  the mkIf around a table, if there are any
#   context     the properties around it, shared by all definitions of one table
#
# and a context has
#
#   bare         no property is around it: the next three need not be read
#   active       all conditions hold; read as late as possible, because conditions may read `config`
#   hasOverride  there is an mkOverride
#   priority     the priority of that mkOverride, or the default of 100
#   misplaced    the first property inside that mkOverride, if there is one
#   inner        the context inside lists, maps and choices, where outer properties end
#   fileName     the displayed name of a file, or null for what is not a file
#   files        the files of the modules: { PATH = { file }; }
#   rank         the position of its module; absent where no other modules are shared
#   readsConfig  tells whether a module computes the set at a path from `config`
{ attrPosition, dischargeProperties }:
let
  inherit (builtins)
    catAttrs
    concatMap
    filter
    foldl'
    head
    intersectAttrs
    tail
    ;

  defaultOverridePriority = 100;

  mergeSets =
    defs:
    if defs == [ ] then
      {
        union = { };
        repeated = { };
      }
    else
      foldl'
        (merged: def: {
          union = merged.union // def.value;
          repeated = merged.repeated // intersectAttrs merged.union def.value;
        })
        {
          union = (head defs).value;
          repeated = { };
        }
        (tail defs);
in
{
  /**
    Merges the tables of several definitions: `union` has all their names, and `repeated` those that
    more than one of them has.

    # Type

    ```
    mergeSets :: [ Definition ] -> { union :: AttrSet; repeated :: AttrSet; }
    ```
  */
  inherit mergeSets;

  /**
    Does the same for the definitions whose conditions hold, and returns these as `active`. The names
    of a definition with a priority of its own count as repeated, since they need `filterOverrides`.

    # Type

    ```
    mergeActiveSets :: [ Definition ]
      -> { active :: [ Definition ]; union :: AttrSet; repeated :: AttrSet; }
    ```
  */
  mergeActiveSets =
    defs:
    let
      active = filter (def: def.context.active) defs;
      withOverride = filter (def: def.context.hasOverride) active;
      merged = mergeSets (filter (def: !def.context.hasOverride) active);
    in
    {
      inherit active;
      inherit (merged) union;
      repeated = foldl' (names: def: names // def.value) merged.repeated withOverride;
    };

  /**
    Returns the first definition of a table that has the attribute `name`.

    # Type

    ```
    firstWith :: String -> [ Definition ] -> Definition
    ```
  */
  firstWith = name: defs: head (filter (def: def.value ? ${name}) defs);

  /**
    Returns the context of a module, which has no property around it.

    # Type

    ```
    rootContext :: {
      files :: AttrSet;
      fileName :: String -> String | Null;
      readsConfig :: [ String ] -> Bool;
    } -> Context
    ```
  */
  rootContext =
    {
      files,
      fileName,
      readsConfig,
    }:
    let
      context = {
        bare = true;
        active = true;
        hasOverride = false;
        priority = defaultOverridePriority;
        inner = context;
        inherit files fileName readsConfig;
      };
    in
    context;

  /**
    Returns a definition without the properties around it, for what is inside a list, map or choice.

    # Type

    ```
    innerDefinition :: Definition -> Definition
    ```
  */
  innerDefinition =
    {
      value,
      pos,
      context,
      ...
    }:
    {
      inherit value pos;
      context = context.inner;
      inherit (context.inner) priority;
    };

  /**
    Returns the section that definitions write as an empty set, with its setting and its origin, or
    neither where none does. A section whose fields are all under a false mkIf is not written. The
    root is always there.

    # Type

    ```
    emptySection :: OptionNode -> String -> [ Definition ] -> AttrSet
    ```
  */
  emptySection =
    opt: prefix: defs:
    let
      empty = filter (def: def.context.active && def.value == { }) defs;
    in
    if empty == [ ] || opt.isRoot or false then
      { origins = [ ]; }
    else
      {
        setting = {
          inherit (opt) name;
          value = { };
        };
        origins = [
          {
            name = prefix + opt.pointer;
            value.set = catAttrs "pos" empty;
          }
        ];
      };

  /**
    Returns the definitions of one name in several tables, with their properties.

    # Type

    ```
    definitionsOf :: String -> [ Definition ] -> [ Definition ]
    ```
  */
  definitionsOf =
    name:
    concatMap (
      { value, context, ... }@def:
      if value ? ${name} then
        [
          {
            value = value.${name};
            pos = attrPosition name def;
            inherit context;
            inherit (context) priority;
          }
        ]
      else
        [ ]
    );

  /**
    Returns the definitions of one name whose conditions hold, with the properties discharged.

    # Type

    ```
    activeDefinitionsOf :: String -> [ Definition ] -> [ Definition ]
    ```
  */
  activeDefinitionsOf =
    name:
    concatMap (
      { value, context, ... }@def:
      if value ? ${name} && context.active then
        dischargeProperties {
          value = value.${name};
          pos = attrPosition name def;
          inherit context;
          inherit (context) priority;
        }
      else
        [ ]
    );
}
