{ confgate, gate }:
gate.evaluate {
  environment = "Production";
  module = [ ];
}
