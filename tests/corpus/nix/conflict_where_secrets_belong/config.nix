{ lib, ... }:
{
  monitoring = lib.mkMerge [
    "alert_webhook=https://hooks.example/hunter2"
    "alert_webhook=https://hooks.example/hunter3"
  ];
}
