{
  server.prot = 80;
  server.port = 70000;
  server.tls = { };
  log.level = "inof";
  limit = "many";
}
