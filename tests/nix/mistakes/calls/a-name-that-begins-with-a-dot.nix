{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  name = ".node";
  confgate = confgate;
}
