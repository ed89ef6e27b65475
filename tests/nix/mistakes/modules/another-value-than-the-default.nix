{ lib, ... }:
{
  game.min_bet = lib.mkOptionDefault 11;
}
