{
  game.min_bet = {
    _type = "if";
    content = 5;
  };
}
