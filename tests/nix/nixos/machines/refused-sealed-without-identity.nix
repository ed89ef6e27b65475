# A setting that is sealed, and nothing to open it with.
{
  services.bitcraps = {
    enable = true;
    settings.monitoring.alert_webhook = "encrypted:YWdlLWVuY3J5cHRpb24ub3JnL3Yx";
  };
}
