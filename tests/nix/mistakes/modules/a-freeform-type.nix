{
  freeformType = "attrsOf str";
  app.name = "a";
}
