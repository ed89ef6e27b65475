{
  app.environment = "Staging";
}
