# The nodes of the open network: a dozen machines in three regions. Each node has its own settings;
# regions and kinds of machines are tags.
{
  common = [ ./production.nix ];

  tags = {
    europe = [ ./regions/europe.nix ];
    america = [ ./regions/america.nix ];
    asia = [ ./regions/asia.nix ];
    relay = [ ./relay.nix ];
  };

  nodes =
    let
      node = tags: settings: {
        environment = "Production";
        modules = [ settings ];
        inherit tags;
      };
    in
    {
      ams1 = node [ "europe" ] { app.name = "ams1"; };
      ams2 = node [ "europe" ] { database.idle_timeout = "60s"; };
      fra1 = node [ "europe" ] { app.worker_threads = 16; };
      fra2 = node [ "europe" "relay" ] { network.listen_port = 8433; };
      nyc1 = node [ "america" ] { game.max_players_per_game = 12; };
      nyc2 = node [ "america" ] { monitoring.metrics_port = 9191; };
      sfo1 = node [ "america" ] { app.log_level = "warn"; };
      sfo2 = node [ "america" "relay" ] { network.enable_ipv6 = false; };
      sgp1 = node [ "asia" ] { security.max_session_count = 5000; };
      sgp2 = node [ "asia" ] { treasury.rebalance_interval = "30m"; };
      tyo1 = node [ "asia" ] { consensus.checkpoint_interval = 500; };
      tyo2 = node [ "asia" "relay" ] { network.max_packet_size = 131072; };
    };
}
