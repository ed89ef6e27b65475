{ confgate, gate }:
gate.mkConfigs {
  bundles.production = ../files/base.nix;
  confgate = confgate;
}
