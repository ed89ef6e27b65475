{
  options.network.extra = { };
  config.app.name = "a";
}
