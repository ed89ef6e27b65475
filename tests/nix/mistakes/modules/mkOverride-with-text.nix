{ lib, ... }:
{
  game.min_bet = lib.mkOverride "50" 5;
}
