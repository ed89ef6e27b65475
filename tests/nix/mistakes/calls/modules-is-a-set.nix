{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules.network.listen_port = 8400;
  confgate = confgate;
}
