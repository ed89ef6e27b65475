{
  app.name = "clock" "tower";
}
