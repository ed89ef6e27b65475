{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  denyWarnings = "yes";
  confgate = confgate;
}
