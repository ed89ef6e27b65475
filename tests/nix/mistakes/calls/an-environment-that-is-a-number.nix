{ confgate, gate }:
gate.mkBundle {
  environment = 5;
  modules = [ ];
  confgate = confgate;
}
