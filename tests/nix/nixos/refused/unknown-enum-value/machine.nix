{
  services.bitcraps.settings.app.log_level = "loud";
}
