{
  accept = [ "secrets/likly-secret:app.name" ];
}
