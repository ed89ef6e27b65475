{ settingsOf, ... }:
{
  actual = settingsOf [
    { profile.Custom.cpu.threads = 1; }
    { profile.Custom.cpu.hints = [ "a" ]; }
  ];
  expected = {
    profile.Custom.cpu = {
      threads = 1;
      hints = [ "a" ];
    };
  };
}
