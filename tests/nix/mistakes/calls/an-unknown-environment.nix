{ confgate, gate }:
gate.mkBundle {
  environment = "producton";
  modules = [ ];
  confgate = confgate;
}
