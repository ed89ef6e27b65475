{ lib, ... }:
{
  imports = lib.mkBefore [ ../files/base.nix ];
}
