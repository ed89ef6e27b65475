# A value that is not taken apart: whoever defines it must agree on it.
forms:
let
  inherit (builtins)
    all
    any
    elem
    head
    isList
    ;

  inherit (import ./problems.nix) conflict unfit;
  inherit (import ./values.nix) check isTable;

  # What no comparison means anything for.
  incomparable =
    problem:
    elem problem.kind [
      "function"
      "path"
    ];
in
plan: pointer: name: origin: winners:
let
  first = (head winners).value;
  unfits = unfit pointer plan.integer winners;
  agreed = all (definition: definition.value == first) winners;
  problems =
    if agreed || any incomparable unfits then unfits else unfits ++ [ (conflict pointer winners) ];
in
{
  config = first;
  origins = [ origin ];
}
// (
  if problems == [ ] then
    {
      setting = {
        inherit name;
        inherit (check plan.integer first) value;
      };
    }
  else
    { inherit problems; }
)
