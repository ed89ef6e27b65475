{
  gmae.min_bet = 5;
}
