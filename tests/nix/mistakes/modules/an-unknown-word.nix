{
  app.log_level = "warning";
}
