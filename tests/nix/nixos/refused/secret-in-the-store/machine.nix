{
  services.bitcraps.secrets.DB_PASSWORD = "${builtins.toFile "password" "hunter2"}";
}
