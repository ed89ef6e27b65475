{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  lib.lib = { };
  confgate = confgate;
}
