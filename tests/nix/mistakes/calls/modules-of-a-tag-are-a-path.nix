{ confgate, gate }:
gate.mkFleet {
  tags.europe = ../files/base.nix;
  nodes = { };
  confgate = confgate;
}
