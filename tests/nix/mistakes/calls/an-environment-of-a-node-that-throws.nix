{ confgate, gate }:
gate.mkFleet {
  nodes = {
    ams1.environment = "prod";
    fra1.environment = throw "the environment is not known";
  };
  root = ../.;
  confgate = confgate;
}
