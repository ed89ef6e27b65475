{
  services.bitcraps.settings.network.max_connections = 0;
}
