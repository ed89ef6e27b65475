# Data at home, where the sandbox lets no service look.
{
  services.bitcraps = {
    enable = true;
    user = "games";
    settings.app.data_dir = "/home/games/craps";
  };
}
