{
  monitoring.alert_webhook = "https://hooks.example.net/T000/hunter2";
}
