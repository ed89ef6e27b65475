{
  network.max_connections = 10.5;
}
