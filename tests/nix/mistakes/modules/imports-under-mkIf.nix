{ lib, ... }:
{
  imports = [ (lib.mkIf true ../files/base.nix) ];
}
