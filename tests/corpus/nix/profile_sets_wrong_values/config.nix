{ lib, secret, ... }:
let
  webhook = "https://hooks.example.net/hunter2";
in
{
  game.min_bet = 500;
  profiles = lib.mkMerge [
    [
      {
        name = "night";
        when.time = "22:00-06:00";
        set = {
          network.max_connections = 0;
          network.max_packets = 5;
          game.max_bet = 100;
          monitoring.alert_webhook = webhook;
        };
      }
    ]
    (lib.mkAfter [
      {
        name = "conflict";
        set = lib.mkMerge [
          { monitoring.alert_webhook = "https://hooks.example.net/hunter3"; }
          { monitoring.alert_webhook = webhook; }
        ];
      }
    ])
  ];
}
