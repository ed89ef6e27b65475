{ lib, ... }:
{
  imports = [ { game.min_bet = lib.mkDefault 5; } ];
  game.min_bet = lib.mkDefault 6;
}
