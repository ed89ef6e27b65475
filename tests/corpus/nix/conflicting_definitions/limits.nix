{
  network.max_connections = 800;
}
