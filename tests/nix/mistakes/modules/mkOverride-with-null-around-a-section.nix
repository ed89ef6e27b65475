{ lib, ... }:
{
  game = lib.mkOverride null { min_bet = 5; };
}
