{ secret, ... }:
{
  monitoring.alert_webhook = secret;
}
