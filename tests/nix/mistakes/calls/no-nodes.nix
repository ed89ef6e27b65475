{ confgate, gate }:
gate.mkFleet {
  common = [ ];
  confgate = confgate;
}
