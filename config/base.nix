# Settings shared by every environment. An environment that differs has to override them explicitly.
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
    # Our own server, and one as a fallback. Every STUN server learns the addresses of players.
    stun_servers = [
      "stun.example.net:3478"
      "stun.l.google.com:19302"
    ];
    # Data centres do not use UPnP, and many home routers implement it badly.
    enable_upnp = mkDefault false;
  };

  database.log_retention_days = mkDefault 14;

  # Metrics are kept at least as long as logs.
  monitoring = {
    log_retention_days = mkDefault config.database.log_retention_days;
    metric_retention_days = mkDefault 30;
  };

  # Production data is backed up more often than sessions end.
  database.backup_interval = mkIf (environment == "Production") "15m";
}
