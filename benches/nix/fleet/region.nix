# One region of the fleet.
{ lib, ... }:
{
  network = {
    stun_servers = lib.mkForce [ "stun.eu.example.net:3478" ];
    turn_servers = [
      {
        url = "turn:turn.eu.example.net";
        realm = "eu";
      }
    ];
    enable_ipv6 = true;
    enable_upnp = false;
  };

  database = {
    max_connections = 64;
    backup_dir = "/srv/backups";
    log_retention_days = 30;
  };

  monitoring = {
    log_retention_days = 60;
    alert_webhook = "\${SECRET_ALERT_WEBHOOK}";
  };

  game.max_bet = 50000;
  performance = "HighPerformance";
}
