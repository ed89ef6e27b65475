{ config, lib, ... }:
{
  game = lib.mkIf true (config.game // { min_bet = 5; });
}
