# The `lib` of modules for an evaluation that throws. A function that throws names its wrong argument, and
# the other names of nixpkgs' lib report how to have them. Nix' own errors would name the files of `lib`.
let
  inherit (builtins)
    addErrorContext
    elemAt
    filter
    genList
    head
    intersectAttrs
    isList
    length
    mapAttrs
    tail
    typeOf
    ;
  inherit (import ../nix-types.nix) withArticle;
  fail = import ../fail.nix;
  settingsLib = import ./.;

  kinds = import ./kinds.nix;

  wrongArguments =
    expected: given:
    filter (number: !((elemAt expected number).test (elemAt given number))) (
      genList (number: number) (length expected)
    );

  ordinal = number: elemAt [ "first" "second" "third" "fourth" ] number;

  # Nix evaluates the message of a context after the error, so this evaluates no argument that the function
  # does not.
  explain =
    name: expected: given:
    let
      wrong = wrongArguments expected given;
      number = head wrong;
      kind = elemAt expected number;
      value = elemAt given number;
      part = if kind ? part && isList value then head (filter (element: !(kind.part element)) value) else null;
    in
    if wrong == [ ] then
      "in lib.${name}"
    else
      fail "the ${ordinal number} argument of lib.${name} must be ${kind.name}, and ${
        if part == null then "is ${withArticle (typeOf value)}" else "has ${withArticle (typeOf part)} in it"
      }
write ${kind.name} there: lib.${name} has the arguments of the function of nixpkgs";

  call =
    name: expected: function: given: remaining:
    if remaining == [ ] then
      addErrorContext (explain name expected given) function
    else
      argument: call name expected (function argument) (given ++ [ argument ]) (tail remaining);
  explained = mapAttrs (
    name: expected: call name expected settingsLib.${name} [ ] expected
  ) kinds;
in
import ./absent.nix
// settingsLib
// explained
// mapAttrs (_: functions: functions // intersectAttrs functions explained) {
  inherit (settingsLib)
    attrsets
    lists
    strings
    trivial
    ;
}
