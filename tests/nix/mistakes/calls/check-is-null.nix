{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  check = null;
  confgate = confgate;
}
