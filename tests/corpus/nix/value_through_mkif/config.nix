{ lib, config, ... }:
{
  app.log_level = "warn";
  security = lib.mkIf (config.app.log_level == "warn") {
    pow_difficulty = lib.mkForce 65;
  };
}
