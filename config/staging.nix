# Staging: production's settings on a tenth of its machines, and with more to see.
{ lib, secret, ... }:
{
  imports = [ ./base.nix ];

  network = {
    bootstrap_nodes = [ "192.0.2.110:8335" ];
    # Asked before those that every environment has.
    stun_servers = lib.mkBefore [ "stun.staging.example.net:3478" ];
  };

  database = {
    url = "postgresql://bitcraps:${secret "DB_PASSWORD"}@db.staging.example.net/bitcraps";
    max_connections = 16;
  };

  # Rehearsals must not wait for keys.
  security.key_rotation_interval = "1h";

  # Staging is looked at while it happens; what happened last week is in production.
  monitoring = {
    log_retention_days = 3;
    metric_retention_days = 7;
    health_check_interval = "10s";
  };
}
