{ confgate, gate }:
gate.mkBundle {
  environment = "canary";
  modules = [ ];
  confgate = confgate;
}
