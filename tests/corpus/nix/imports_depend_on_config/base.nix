{
  game.min_bet = 5;
}
