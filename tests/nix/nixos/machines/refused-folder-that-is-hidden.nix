# Data below /home, which the sandbox hides.
{
  services.bitcraps = {
    enable = true;
    user = "games";
    settings.app.data_dir = "/home/games/craps";
  };
}
