{ confgate, gate }:
gate.mkFleet {
  nodes.ams1.environment = "staging1";
  confgate = confgate;
}
