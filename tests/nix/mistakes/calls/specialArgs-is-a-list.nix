{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  specialArgs = [ ];
  confgate = confgate;
}
