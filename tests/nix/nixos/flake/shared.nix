# Settings of all machines.
{ lib, ... }:
{
  game.max_bet = lib.mkIf true 5;
}
