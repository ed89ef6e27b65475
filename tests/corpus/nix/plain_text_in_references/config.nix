{
  database.url = "postgresql://node:\${SECRET_DB:-hunter1}@db/x";
  monitoring.alert_webhook = "\${SECRET_HOOK:-https://hooks.example/hunter2}";
  network.turn_servers = [
    {
      url = "turn:a";
      username = "node";
      password = "hunter3\${SECRET_NONE:-}";
    }
  ];
}
