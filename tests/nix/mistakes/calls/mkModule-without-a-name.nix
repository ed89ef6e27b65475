{ confgate, gate }:
gate.mkModule {
  title = "Clock";
}
