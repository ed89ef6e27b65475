{ configOf, ... }:
{
  actual = map (profile: (configOf [ { inherit profile; } ]).profile) [
    "Fast"
    { Custom.cpu.hints = [ "a" ]; }
  ];
  expected = [
    "Fast"
    {
      Custom.cpu = {
        hints = [ "a" ];
        threads = 2;
      };
    }
  ];
}
