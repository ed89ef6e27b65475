{ secret, ... }:
{
  network.turn_servers = [
    {
      username = "node";
      password = secret "TURN_PASSWORD";
    }
  ];
}
