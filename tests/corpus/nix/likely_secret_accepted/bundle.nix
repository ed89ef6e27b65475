{
  accept = [ "secrets/likely-secret:app.name" ];
  denyWarnings = true;
}
