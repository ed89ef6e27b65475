{ confgate, gate }:
gate.mkConfigs {
  bundles."europe/ams1" = confgate;
  confgate = confgate;
}
