{
  accept = [ "secrets/likely-secret:app.data_dir" ];
  denyWarnings = true;
}
