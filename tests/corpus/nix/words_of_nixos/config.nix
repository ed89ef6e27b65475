{
  services.bitcraps.settings.network.listen_port = 8400;
  assertions = [ ];
  freeformType = "attrsOf str";
}
