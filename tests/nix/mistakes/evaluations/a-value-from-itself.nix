{ config, lib, ... }:
{
  app.name = config.app.name + "-1";
}
