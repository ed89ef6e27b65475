{ confgate, gate }:
gate.mkConfigs {
  bundle = { };
  confgate = confgate;
}
