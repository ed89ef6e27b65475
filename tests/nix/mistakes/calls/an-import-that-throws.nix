{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ { imports = [ (throw "the import is not known") ]; } ];
  root = ../.;
  confgate = confgate;
}
