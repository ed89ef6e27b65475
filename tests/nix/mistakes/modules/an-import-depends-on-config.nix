{ config, ... }:
{
  imports = [ (if config.network.enable_tcp then ../files/base.nix else ../files/port.nix) ];
}
