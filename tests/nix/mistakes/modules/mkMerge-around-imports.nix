{ lib, ... }:
{
  imports = lib.mkMerge [ [ ../files/base.nix ] ];
}
