{
  network.turn_servers = [
    {
      url = "turn:turn.example.net:3478";
      username = "node";
      password = "hunter2";
    }
  ];
}
