# What is wrapped around a section goes to its fields: a condition is asked when a field is, and not before, so that it may
# read another field of the same section.
let
  inherit (builtins) concatMap;
  inherit (import ./marks.nix) isMark;

  # nixpkgs takes mkOverride off first, so that a mark inside it stays where nothing takes it off.
  inside =
    definition: mark: value: change:
    peel (
      definition
      // {
        inherit value;
        around = definition.around // change // { plain = false; };
      }
      // (if definition.around.ranked then { misplaced = mark; } else { })
    );

  ways = {
    merge = definition: mark: concatMap (value: peel (definition // { inherit value; })) mark.contents;
    "if" =
      definition: mark:
      inside definition "mkIf" mark.content {
        active = definition.around.active && mark.condition;
      };
    override =
      definition: mark:
      inside definition "mkOverride" mark.content {
        inherit (mark) priority;
        ranked = true;
      };
    order = definition: _: [
      (
        definition
        // {
          value = { };
          misplaced = "mkOrder";
        }
      )
    ];
  };

  peel =
    definition:
    if isMark definition.value then
      ways.${definition.value._type} definition definition.value
    else
      [ definition ];
in
peel
