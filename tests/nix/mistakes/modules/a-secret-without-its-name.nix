{ secret, ... }:
{
  database.url = secret;
}
