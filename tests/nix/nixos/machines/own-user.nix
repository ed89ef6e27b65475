# A permanent user, which can own folders that a dynamic user cannot.
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
