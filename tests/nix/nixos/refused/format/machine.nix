# Errors beyond the types of Nix: host names in place of addresses, and a secret in plain text.
{ config, lib, ... }:
{
  services.bitcraps.settings = lib.mkIf config.services.bitcraps.enable {
    imports = [ ../../../../../config/production.nix ];

    network = {
      listen_address = "localhost";
      bootstrap_nodes = lib.mkAfter [ "seed.example.net:8333" ];
    };
    monitoring.alert_webhook = lib.mkForce "https://hooks.example.net/hunter2";
  };
}
