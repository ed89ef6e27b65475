{
  network = {
    max_conections = 500;
    listen_port = 8400;
  };
}
