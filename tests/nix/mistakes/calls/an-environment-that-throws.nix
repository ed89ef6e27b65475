{ confgate, gate }:
gate.mkBundle {
  environment = throw "the environment is not known";
  modules = [ ];
  confgate = confgate;
}
