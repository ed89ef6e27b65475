{ confgate, gate }:
gate.mkConfigs {
  production = confgate;
  confgate = confgate;
}
