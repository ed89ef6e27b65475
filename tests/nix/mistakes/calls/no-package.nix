{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
}
