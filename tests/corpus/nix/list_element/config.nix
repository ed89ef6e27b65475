{
  network = {
    bootstrap_nodes = [
      "192.0.2.10:8333"
      "192.0.2.11" # the port was forgotten
      "198.51.100.7:8333"
    ];
  };
}
