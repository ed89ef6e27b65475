{ settingsOf, throws, ... }:
{
  actual = map (name: throws (settingsOf [ ({ secret, ... }: { app.owner = secret name; }) ])) [
    "db"
    "1A"
    "A-B"
    ""
    5
  ];
  expected = [
    true
    true
    true
    true
    true
  ];
}
