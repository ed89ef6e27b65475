# References to missing secrets in several places and lists, and text that only resembles a reference.
{
  services.bitcraps = {
    enable = true;
    settings =
      { secret, ... }:
      {
        app.name = "$\${SECRET_LITERAL}";
        database.url = "postgresql://node:${secret "DB_PASSWORD"}@db/\${SECRET_NAME:-bitcraps}";
        monitoring.alert_webhook = secret "DB_PASSWORD";
        network.turn_servers = [
          { url = "turn:turn1.example.net"; }
          {
            url = "turn:turn2.example.net";
            password = secret "TURN_PASSWORD";
          }
        ];
        security.tls_key_path = "/run/credentials/bitcraps.service/TLS_KEY";
      };
  };
}
