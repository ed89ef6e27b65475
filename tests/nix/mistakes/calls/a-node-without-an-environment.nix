{ confgate, gate }:
gate.mkFleet {
  nodes.ams1 = {
    modules = [ ];
  };
  confgate = confgate;
}
