{
  network = {
    type = "derivation";
    name = "network";
    outPath = "/srv/network";
  };
}
