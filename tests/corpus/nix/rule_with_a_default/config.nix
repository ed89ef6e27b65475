{
  game.min_bet = 20000;
}
