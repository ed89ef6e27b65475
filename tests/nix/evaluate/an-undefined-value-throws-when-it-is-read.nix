{ configOf, throws, ... }:
{
  actual = [
    (throws (configOf [ ]).app.owner)
    (throws (configOf [ ]).app.name)
  ];
  expected = [
    true
    false
  ];
}
