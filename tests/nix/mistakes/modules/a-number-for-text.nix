{
  app.name = 5;
}
