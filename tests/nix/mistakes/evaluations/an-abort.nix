{
  app.name = abort "my own message";
}
