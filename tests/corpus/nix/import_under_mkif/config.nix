{ lib, ... }:
{
  imports = [ (lib.mkIf true ./base.nix) ];
}
