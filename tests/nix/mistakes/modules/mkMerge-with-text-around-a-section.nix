{ lib, ... }:
{
  game = lib.mkMerge "all";
}
