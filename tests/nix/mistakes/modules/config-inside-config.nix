{
  config.config.app.name = "a";
}
