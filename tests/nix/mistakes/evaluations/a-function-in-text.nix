{ secret, ... }:
{
  database.url = "sqlite:${secret}";
}
