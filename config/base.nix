# What every environment shares: decisions of the team that no environment takes back without saying so.
{
  lib,
  config,
  environment,
  ...
}:
let
  inherit (lib) mkDefault mkIf;
in
{
  network = {
    # Our own server and one that stays up when ours does not. Each one asked is one that knows who plays.
    stun_servers = [
      "stun.example.net:3478"
      "stun.l.google.com:19302"
    ];
    # Nobody maps ports in a data centre, and routers of our players that offer it do so badly.
    enable_upnp = mkDefault false;
  };

  database.log_retention_days = mkDefault 14;

  # What is kept of the metrics is never less than what is kept of the logs.
  monitoring = {
    log_retention_days = mkDefault config.database.log_retention_days;
    metric_retention_days = mkDefault 30;
  };

  # Backups more often than sessions end, where there is something to lose.
  database.backup_interval = mkIf (environment == "Production") "15m";
}
