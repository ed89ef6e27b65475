{
  network.listen_port = null;
}
