# Settings of the nodes on the open network.
{ lib, config, ... }:
{
  imports = [ ./base.nix ];

  app.log_level = "warn";

  network = {
    max_connections = 5000;
    keepalive_interval = "30s";
    bootstrap_nodes = lib.mkBefore [ "198.51.100.7:8333" ];
  };

  database.url = "postgresql://bitcraps@db.example.net/bitcraps";

  security = lib.mkIf (config.app.environment == "Production") {
    pow_difficulty = 20;
    session_timeout = "1800s";
    max_session_count = 5000;
    enable_rate_limiting = true;
    rate_limit_requests = 200;
    rate_limit_window = "30s";
    enable_tls = true;
    tls_cert_path = "/etc/bitcraps/cert.pem";
    tls_key_path = "/etc/bitcraps/key.pem";
  };

  monitoring = {
    enable_metrics = true;
    enable_tracing = true;
    tracing_endpoint = "http://traces.example.net/api/traces";
    health_check_interval = "15s";
    metric_retention_days = 60;
  };
}
