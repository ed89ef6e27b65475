{
  key = { name = "base"; };
  app.name = "clock";
}
