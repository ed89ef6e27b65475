{
  services.bitcraps.settings.app.environment = "Staging";
}
