# The user is created here, the group elsewhere.
{
  services.bitcraps = {
    enable = true;
    user = "bitcraps";
    group = "players";
  };
}
