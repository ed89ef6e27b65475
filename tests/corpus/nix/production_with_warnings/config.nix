{
  security.pow_difficulty = 8;
  app.log_level = "trace";
}
