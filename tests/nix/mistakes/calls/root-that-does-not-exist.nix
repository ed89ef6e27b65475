{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  root = ../nowhere;
  confgate = confgate;
}
