{ lib, ... }:
{
  game = lib.mkBefore { min_bet = 5; };
}
