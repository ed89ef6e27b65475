{
  network.listen_port = 0;
}
