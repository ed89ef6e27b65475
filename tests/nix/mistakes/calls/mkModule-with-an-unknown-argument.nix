{ confgate, gate }:
gate.mkModule {
  name = "clock";
  prefix = "CLOCK";
}
