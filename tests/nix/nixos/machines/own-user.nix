# A user that stays, and so folders that the user made by systemd could not have.
{
  services.bitcraps = {
    enable = true;
    user = "bitcraps";
    settings = {
      app.data_dir = "/srv/bitcraps";
      database.backup_dir = "/backup/bitcraps";
      database.url = "sqlite:///srv/db/bitcraps.db?mode=rwc";
    };
  };
}
