{ confgate, gate }:
gate.mkBundle {
  enviroment = "prod";
  modules = [ ];
  confgate = confgate;
}
