{ lib, ... }:
{
  game.min_bet = lib.mkForce (lib.mkIf true 5);
}
