{
  network.stun_servers = [
    "stun.example.net:3478"
    (throw "my own message")
  ];
}
