{ lib, ... }:
{
  app = lib.importJSON ../files/base.nix;
}
