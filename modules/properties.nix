# What a module may wrap around a value. Names, numbers and `_type` marks are those of nixpkgs' lib, so that one file means
# the same here and under NixOS.
let
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };

  mkOrder = priority: content: {
    _type = "order";
    inherit priority content;
  };
in
{
  inherit mkOverride mkOrder;

  # A lower priority wins; a plain definition has 100.
  mkDefault = mkOverride 1000;
  mkForce = mkOverride 50;

  # Lists are joined by rising order; a plain definition has 1000.
  mkBefore = mkOrder 500;
  mkAfter = mkOrder 1500;

  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };

  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
}
