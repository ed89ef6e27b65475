# The user is made here, the group elsewhere.
{
  services.bitcraps = {
    enable = true;
    user = "bitcraps";
    group = "players";
  };
}
