{ confgate, gate }:
gate.mkFleet {
  nodes.ams1.environment = "prod";
  nodes.fra1 = {
    environment = "prod";
    modules = [ { app.name = throw "my own message"; } ];
  };
  confgate = confgate;
}
