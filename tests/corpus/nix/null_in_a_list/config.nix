{
  network.bootstrap_nodes = [
    "192.0.2.10:8333"
    null
  ];
}
