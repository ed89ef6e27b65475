{ confgate, gate }:
gate.mkFleet {
  nodes.ams1 = {
    environment = "prod";
    modules = ../files/base.nix;
  };
  confgate = confgate;
}
