{
  monitoring.alert_webhook = "https://hooks.example.net/T0123/secret";
}
