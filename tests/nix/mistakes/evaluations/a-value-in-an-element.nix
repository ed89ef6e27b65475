{
  network.turn_servers = [
    { url = "turn:${8333}"; }
  ];
}
