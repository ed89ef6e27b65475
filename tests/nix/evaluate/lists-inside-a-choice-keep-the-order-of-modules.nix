{ settingsOf, ... }:
{
  actual = settingsOf [
    { profile.Custom.cpu.hints = [ "1" ]; }
    { profile.Custom.cpu.hints = [ "2" ]; }
  ];
  expected = {
    profile.Custom.cpu.hints = [
      "1"
      "2"
    ];
  };
}
