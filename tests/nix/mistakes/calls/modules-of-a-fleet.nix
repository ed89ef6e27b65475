{ confgate, gate }:
gate.mkFleet {
  modules = [ ../files/base.nix ];
  nodes.ams1.environment = "prod";
  confgate = confgate;
}
