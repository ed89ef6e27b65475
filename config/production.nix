# Production: the nodes of the open network.
{ secret, ... }:
{
  imports = [ ./base.nix ];

  network = {
    max_connections = 5000;
    keepalive_interval = "30s"; # mobile carriers drop idle NAT entries after 40 s
    bootstrap_nodes = [
      "192.0.2.10:8333"
      "198.51.100.7:8333"
    ];
  };

  database = {
    url = "postgresql://bitcraps:${secret "DB_PASSWORD"}@db.example.net/bitcraps";
    max_connections = 64;
    log_retention_days = 30;
  };

  monitoring.alert_webhook = secret "ALERT_WEBHOOK";

  performance = "HighPerformance";
}
