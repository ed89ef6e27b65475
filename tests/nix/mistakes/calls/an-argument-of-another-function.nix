{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  nodes = { };
  confgate = confgate;
}
