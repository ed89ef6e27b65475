{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ (throw "the module is not known") ];
  root = ../.;
  confgate = confgate;
}
