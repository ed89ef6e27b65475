{
  imports = [
    {
      type = "derivation";
      outPath = "/srv/package";
    }
  ];
}
