{
  services.bitcraps.settings =
    { secret, ... }:
    {
      monitoring.alert_webhook = secret "alert-webhook";
    };
}
