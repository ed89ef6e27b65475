{ confgate, gate }:
gate.mkConfigs {
  bundles = [ ];
  confgate = confgate;
}
