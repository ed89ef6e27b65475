{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  name = "my node";
  confgate = confgate;
}
