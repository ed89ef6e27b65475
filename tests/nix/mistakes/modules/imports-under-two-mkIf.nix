{ lib, ... }:
{
  imports = [ (lib.mkIf true (lib.mkIf true ../files/base.nix)) ];
}
