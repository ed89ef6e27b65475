{ config, lib, ... }:
{
  imports = lib.optional config.network.enable_tcp ./base.nix;
}
