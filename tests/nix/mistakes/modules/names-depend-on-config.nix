{ config, lib, ... }:
{
  app.name = "a";
}
// lib.optionalAttrs config.app.enable_tui { network.listen_port = 1; }
