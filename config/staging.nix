# Staging: the settings of production on a tenth of the machines, with more monitoring.
{ lib, secret, ... }:
{
  imports = [ ./base.nix ];

  network = {
    bootstrap_nodes = [ "192.0.2.110:8335" ];
    # Tried before the servers of base.nix.
    stun_servers = lib.mkBefore [ "stun.staging.example.net:3478" ];
  };

  database = {
    url = "postgresql://bitcraps:${secret "DB_PASSWORD"}@db.staging.example.net/bitcraps";
    max_connections = 16;
  };

  # Tests of a rollout should not wait for key rotation.
  security.key_rotation_interval = "1h";

  # Staging is observed live, so old data is not needed.
  monitoring = {
    log_retention_days = 3;
    metric_retention_days = 7;
    health_check_interval = "10s";
  };
}
