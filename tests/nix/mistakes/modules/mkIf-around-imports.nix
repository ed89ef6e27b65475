{ config, lib, ... }:
{
  imports = lib.mkIf config.network.enable_tcp [ ../files/base.nix ];
}
