{
  network.max_connections = 10.0;
}
