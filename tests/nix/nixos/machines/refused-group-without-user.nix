# A group alone.
{
  services.bitcraps = {
    enable = true;
    group = "players";
  };
}
