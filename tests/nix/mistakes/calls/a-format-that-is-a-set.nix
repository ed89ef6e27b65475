{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  format = { };
  confgate = confgate;
}
