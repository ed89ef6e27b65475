{
  network.freeformType = "attrsOf str";
}
