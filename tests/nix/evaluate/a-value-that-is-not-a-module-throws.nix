{ settingsOf, throws, ... }:
{
  actual = map (module: throws (settingsOf [ module ])) [
    5
    [ ]
    (_: "text")
  ];
  expected = [
    true
    true
    true
  ];
}
