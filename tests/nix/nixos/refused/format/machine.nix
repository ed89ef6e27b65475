# What no type of Nix knows: names are not looked up, and a password stands in no file of the store.
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
