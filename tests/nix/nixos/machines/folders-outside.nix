# Folders with characters that systemd expands, one of them the service's own.
{
  services.bitcraps = {
    enable = true;
    user = "games";
    group = "players";
    settings = {
      app.data_dir = "/srv/my data/100%";
      database.backup_dir = "/var/lib/bitcraps/backups";
    };
  };
}
