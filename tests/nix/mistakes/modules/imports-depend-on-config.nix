{ config, lib, ... }:
{
  imports = lib.optional config.network.enable_tcp ../files/base.nix;
}
