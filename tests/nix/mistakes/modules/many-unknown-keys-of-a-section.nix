{
  network.a = 1;
  network.b = 2;
  network.c = 3;
  network.d = 4;
}
