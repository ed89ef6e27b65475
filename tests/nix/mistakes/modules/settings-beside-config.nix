{
  config.app.name = "a";
  network.listen_port = 8400;
  database.enable_wal = true;
}
