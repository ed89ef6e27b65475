{ confgate, gate }:
gate.mkFleet {
  common = ../files/base.nix;
  nodes = { };
  confgate = confgate;
}
