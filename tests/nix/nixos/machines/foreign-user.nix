# A user and a group that exist already.
{
  services.bitcraps = {
    enable = true;
    user = "games";
    group = "players";
  };
}
