{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  root = "./.";
  confgate = confgate;
}
