{
  game.house_edge = 0.01361234567;
}
