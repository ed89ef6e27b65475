{
  settings.network.listen_port = 8400;
}
