{ secret, ... }:
{
  database.url = secret "db password";
}
