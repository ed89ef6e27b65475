{ secret, ... }:
{
  monitoring.alert_webhook = "encrypted:YWdlLWVuY3J5cHRpb24ub3JnL3Yx";
  database.url = "postgresql://bitcraps:${secret "DB_PASSWORD"}@db.example.net/bitcraps";
}
