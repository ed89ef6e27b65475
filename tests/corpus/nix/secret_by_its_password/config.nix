{ secret, ... }:
{
  monitoring.alert_webhook = secret "hunter2-Pa55word!";
}
