{
  network.turn_servers = [
    {
      url = "turn:turn.example.net";
      relm = "eu";
    }
  ];
}
