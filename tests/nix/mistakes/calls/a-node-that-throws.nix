{ confgate, gate }:
gate.mkFleet {
  nodes = {
    ams1.environment = "prod";
    fra1 = throw "the node is not known";
  };
  root = ../.;
  confgate = confgate;
}
