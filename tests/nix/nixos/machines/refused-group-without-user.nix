# A group without a user.
{
  services.bitcraps = {
    enable = true;
    group = "players";
  };
}
