{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  confgate = confgate;
}
