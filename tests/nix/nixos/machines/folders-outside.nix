# Folders that systemd would read otherwise than they are meant, of which one is the service's own.
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
