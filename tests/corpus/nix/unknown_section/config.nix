{
  newtork.listen_port = 8400;
}
