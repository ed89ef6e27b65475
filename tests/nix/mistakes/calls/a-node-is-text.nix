{ confgate, gate }:
gate.mkFleet {
  nodes.ams1 = "prod";
  confgate = confgate;
}
