{
  game.min_bet = 5.0;
}
