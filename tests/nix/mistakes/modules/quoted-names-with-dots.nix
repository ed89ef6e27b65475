{
  "network.listen_port" = 5;
  app."a\"b" = 2;
}
