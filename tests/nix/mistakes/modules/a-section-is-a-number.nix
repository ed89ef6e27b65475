{
  game = 5;
}
