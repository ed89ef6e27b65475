# Claims depend on the line and column of each value.
{
  app.name = "base";
  network.peers = [ "base:1" ];
}
