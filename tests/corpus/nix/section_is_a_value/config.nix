{
  network = 8400;
}
