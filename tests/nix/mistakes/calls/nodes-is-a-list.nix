{ confgate, gate }:
gate.mkFleet {
  nodes = [ "ams1" ];
  confgate = confgate;
}
