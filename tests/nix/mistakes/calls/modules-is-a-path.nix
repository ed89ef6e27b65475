{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = ../files/base.nix;
  confgate = confgate;
}
