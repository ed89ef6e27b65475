{ composeIn, ... }:
{
  actual = (composeIn "Staging" [ ]).config.app.environment;
  expected = "Staging";
}
