{ lib, ... }:
{
  monitoring.alert_webhook = lib.mkIf "yes" "https://hooks.example.net/T0123/secret";
}
