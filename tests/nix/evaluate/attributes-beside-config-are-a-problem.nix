{ compose, ... }:
let
  result = compose [
    {
      config.app.name = "a";
      network.port = 1;
    }
  ];
in
{
  actual = [
    result.settings
    (map (problem: "${problem.kind} ${problem.message}") result.problems)
  ];
  expected = [
    { app.name = "a"; }
    [ "module a module with `config` has other settings beside it: `network`" ]
  ];
}
