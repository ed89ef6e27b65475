{ confgate, gate }:
gate.mkOptions {
  environment = "prod";
}
