{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  accept = "secrets/likely-secret";
  confgate = confgate;
}
