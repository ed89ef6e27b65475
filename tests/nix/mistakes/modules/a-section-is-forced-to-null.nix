{ lib, ... }:
{
  game = lib.mkForce null;
}
