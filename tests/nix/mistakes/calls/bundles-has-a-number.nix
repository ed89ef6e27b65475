{ confgate, gate }:
gate.mkConfigs {
  bundles.production = 5;
  confgate = confgate;
}
