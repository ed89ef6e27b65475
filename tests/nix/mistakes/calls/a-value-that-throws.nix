{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ { app.name = throw "my own message"; } ];
  confgate = confgate;
}
