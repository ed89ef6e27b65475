{ lib, ... }:
{
  game = lib.mkIf 1 { min_bet = 5; };
}
