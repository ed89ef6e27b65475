{
  enable = true;
  network.listen_port = 8400;
}
