{ confgate, gate }:
gate.mkFleet {
  nodes."ams/1".environment = "prod";
  confgate = confgate;
}
