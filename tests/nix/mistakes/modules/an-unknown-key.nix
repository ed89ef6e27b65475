{
  game.min_bett = 5;
}
