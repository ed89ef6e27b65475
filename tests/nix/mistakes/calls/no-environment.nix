{ confgate, gate }:
gate.mkBundle {
  modules = [ ];
  confgate = confgate;
}
