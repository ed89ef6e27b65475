{
  services.bitcraps.settings.network.max_conections = 100;
}
