{ secret, ... }:
{
  database.url = secret { name = "DATABASE_URL"; };
}
