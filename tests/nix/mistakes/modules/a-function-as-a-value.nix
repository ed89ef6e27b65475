{ secret, ... }:
{
  app.name = secret;
}
