{ confgate, gate }:
gate.mkFleet {
  nodes.ams1 = {
    environment = "prod";
    module = [ ];
  };
  confgate = confgate;
}
