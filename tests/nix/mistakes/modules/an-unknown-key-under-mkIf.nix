{ lib, ... }:
{
  game = lib.mkIf false { min_bett = 5; };
}
