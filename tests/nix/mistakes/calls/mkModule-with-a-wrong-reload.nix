{ confgate, gate }:
gate.mkModule {
  name = "clock";
  reload = "SIGHUP";
}
