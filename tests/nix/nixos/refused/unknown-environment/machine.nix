{
  services.bitcraps.environment = "produktion";
}
