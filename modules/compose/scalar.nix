# A value that is not taken apart: whoever defines it must agree on it.
forms:
let
  inherit (builtins)
    all
    any
    elem
    head
    tail
    ;

  inherit (forms) judge;
  inherit (forms.problems) conflict unfit;

  # What no comparison means anything for.
  incomparable =
    problem:
    elem problem.kind [
      "function"
      "path"
    ];
in
plan: name: origin: winners:
let
  first = (head winners).value;
  verdicts = map (definition: judge plan.integer definition.value) winners;
  agreed = all (definition: definition.value == first) (tail winners);
  unfits = unfit origin.name winners verdicts;
in
{
  config = first;
  origins = [ origin ];
}
// (
  if agreed && all (verdict: verdict ? value) verdicts then
    {
      setting = {
        inherit name;
        inherit (head verdicts) value;
      };
    }
  else
    {
      problems =
        if agreed || any incomparable unfits then unfits else unfits ++ [ (conflict origin.name winners) ];
    }
)
