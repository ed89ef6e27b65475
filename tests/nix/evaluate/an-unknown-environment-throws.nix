{ composeIn, throws, ... }:
{
  actual = throws (composeIn "Prod" [ ]).config;
  expected = true;
}
