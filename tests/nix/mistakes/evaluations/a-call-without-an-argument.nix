let
  url = { host, port }: "https://${host}:${toString port}";
in
{
  monitoring.alert_webhook = url { host = "example.net"; };
}
