{
  game = { min_bet, ... }: { };
}
