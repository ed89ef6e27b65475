{
  game.house_edge = 1.0e308 * 10 - 1.0e308 * 10;
}
