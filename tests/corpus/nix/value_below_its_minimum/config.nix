{
  network = {
    max_connections = 0;
  };
}
