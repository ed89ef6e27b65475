{ confgate, gate }:
gate.mkBundle {
  schema = ../files/settings.json;
  environment = "prod";
  modules = [ ];
  confgate = confgate;
}
