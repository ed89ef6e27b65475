{ confgate, gate }:
gate.mkFleet {
  environment = "prod";
  nodes.ams1 = { };
  confgate = confgate;
}
