{
  network.listen_port = 9223372036854775807 + 1 + "x";
}
