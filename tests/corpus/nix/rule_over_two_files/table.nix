# What a table allows.
{
  game = {
    max_bet = 100;
    max_players_per_game = 6;
  };
}
