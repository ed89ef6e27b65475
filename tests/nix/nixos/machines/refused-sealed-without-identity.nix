# A sealed setting without an identity.
{
  services.bitcraps = {
    enable = true;
    settings.monitoring.alert_webhook = "encrypted:YWdlLWVuY3J5cHRpb24ub3JnL3Yx";
  };
}
