# The functions of nixpkgs return such modules from its lib/modules.nix, whose place tells them.
let
  renames = import ../modules/lib/modules.nix;
in
{ problemsOf, compose, ... }:
{
  actual = [
    (problemsOf [ { imports = [ renames ]; } ])
    (map (problem: problem.help) (compose [ renames ]).problems)
  ];
  expected = [
    [ "module " ]
    [ "remove it: settings have no options; a migration of the schema renames their keys" ]
  ];
}
