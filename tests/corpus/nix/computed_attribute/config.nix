let
  limits = [
    {
      name = "max_connections";
      value = 0;
    }
  ];
in
{
  network = builtins.listToAttrs limits;
}
