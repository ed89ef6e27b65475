{
  app.name = ;
}
