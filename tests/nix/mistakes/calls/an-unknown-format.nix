{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  format = "yml";
  confgate = confgate;
}
