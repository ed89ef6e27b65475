{
  imports = [
    {
      _type = "flake";
      outPath = "/srv/other";
    }
  ];
}
