{
  app.name = "port ${8333}";
}
