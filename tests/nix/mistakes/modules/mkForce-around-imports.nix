{ lib, ... }:
{
  imports = lib.mkForce [ ../files/base.nix ];
}
