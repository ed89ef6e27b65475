{ lib, ... }:
{
  game = lib.mkMerge { min_bet = 5; };
}
