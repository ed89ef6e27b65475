{
  game.house_edge = 1.0e308 * 10;
}
