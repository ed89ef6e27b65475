{ config, lib, ... }:
{
  app.name = 1 + "a";
  database.url = "sqlite:${config.app.name}";
}
