# Folders where a dynamic user cannot write.
{
  services.bitcraps = {
    enable = true;
    settings.app.data_dir = "/srv/bitcraps";
    settings.database.backup_dir = "/var/lib/bitcraps-backups";
  };
}
