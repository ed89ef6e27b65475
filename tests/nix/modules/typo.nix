{
  network = {
    prot = 1;
  };
  netwrok.port = 1;
}
