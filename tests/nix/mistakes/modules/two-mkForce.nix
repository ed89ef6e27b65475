{ lib, ... }:
{
  imports = [ { game.min_bet = lib.mkForce 5; } ];
  game.min_bet = lib.mkForce 6;
}
