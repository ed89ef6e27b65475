{ lib, environment, ... }:
{
  monitoring = lib.mkIf (environment == "Testing") {
    metrics_prt = 9100;
  };
}
