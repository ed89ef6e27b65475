{
  network.config.listen_port = 8400;
}
