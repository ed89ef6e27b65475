{
  network.options = { };
}
