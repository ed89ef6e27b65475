{ settingsOf, ... }:
{
  actual = settingsOf [ ({ secret, ... }: { app.owner = "user:${secret "DB_PASSWORD"}@host"; }) ];
  expected = {
    app.owner = "user:\${SECRET_DB_PASSWORD}@host";
  };
}
