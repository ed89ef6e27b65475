{
  network.listen_port = "8400";
  network.enable_tcp = "yes";
  network.stun_servers = "stun.example.net:3478";
  monitoring.health_check_interval = 30;
  app.name = 7;
}
