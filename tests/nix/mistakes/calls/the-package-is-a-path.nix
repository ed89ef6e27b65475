{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  confgate = "/usr/bin/confgate";
}
