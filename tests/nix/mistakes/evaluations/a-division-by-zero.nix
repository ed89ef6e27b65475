{
  network.listen_port = 8333 / 0;
}
