{ config, ... }:
{
  game = config.game // {
    min_bet = 5;
  };
}
