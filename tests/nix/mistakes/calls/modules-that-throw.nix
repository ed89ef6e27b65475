{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = throw "the modules are not known";
  root = ../.;
  confgate = confgate;
}
