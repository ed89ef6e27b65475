{
  game = "default";
}
