{ lib, ... }:
{
  app.log_level = lib.mkMerge [
    "warn"
    "info"
    (lib.mkDefault "debug")
    "error"
  ];
}
