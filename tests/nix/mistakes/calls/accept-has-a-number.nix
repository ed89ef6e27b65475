{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  accept = [ 5 ];
  confgate = confgate;
}
