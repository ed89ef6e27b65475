{
  imports = [ { game.min_bet = 5; } ];
  game = null;
}
