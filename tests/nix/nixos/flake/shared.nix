# What all machines share.
{ lib, ... }:
{
  game.max_bet = lib.mkIf true 5;
}
