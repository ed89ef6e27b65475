{
  game.min_bet = {
    _type = "definition";
    value = 5;
  };
}
