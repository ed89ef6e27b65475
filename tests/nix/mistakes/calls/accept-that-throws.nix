{ confgate, gate }:
gate.mkFleet {
  nodes.ams1.environment = "prod";
  accept = [ (throw "the code is not known") ];
  confgate = confgate;
}
