{
  services.bitcraps.settings.network.max_connections = "many";
}
