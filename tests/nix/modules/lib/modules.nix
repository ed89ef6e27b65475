{ config, options, ... }:
{
  options.app.title = options.app.name;
  config.app.name = config.app.title;
}
