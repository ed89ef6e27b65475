{ confgate, gate }:
gate.mkFleet {
  nodes.ams1 = { };
  root = ../.;
  confgate = confgate;
}
