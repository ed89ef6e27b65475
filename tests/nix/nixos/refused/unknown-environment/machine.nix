{
  services.bitcraps.environment = "prod";
}
