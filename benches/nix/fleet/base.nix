# Settings shared by every node of the measured fleet.
{ lib, ... }:
let
  inherit (lib) mkDefault;
in
{
  app = {
    log_level = mkDefault "info";
    worker_threads = mkDefault 4;
    data_dir = "/srv/bitcraps";
    enable_tui = false;
  };

  network = {
    listen_address = mkDefault "0.0.0.0";
    max_connections = mkDefault 500;
    connection_timeout = "20s";
    keepalive_interval = mkDefault "45s";
    max_packet_size = 65536;
    enable_bluetooth = false;
    enable_compression = true;
    mtu_discovery = true;
    stun_servers = [
      "stun1.example.net:3478"
      "stun2.example.net:3478"
    ];
    bootstrap_nodes = [ "192.0.2.1:8333" ];
  };

  consensus = {
    min_participants = 4;
    max_participants = mkDefault 64;
    proposal_timeout = "8s";
    voting_timeout = "4s";
    finality_threshold = 0.67;
    byzantine_tolerance = 0.33;
    checkpoint_interval = 500;
  };

  database = {
    max_connections = mkDefault 32;
    connection_timeout = "10s";
    idle_timeout = "240s";
    enable_wal = true;
    checkpoint_interval = "200s";
    backup_interval = "1800s";
    log_retention_days = mkDefault 14;
  };

  game = {
    min_bet = 10;
    max_bet = mkDefault 20000;
    max_players_per_game = 8;
    game_timeout = "300s";
    enable_side_bets = true;
  };

  treasury = {
    rake_percentage = 0.02;
    rebalance_interval = "1800s";
  };
}
