{
  services.bitcraps.settings.last_reload = 12;
}
