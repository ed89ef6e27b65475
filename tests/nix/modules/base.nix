# Line and column of each value here are what claims are about.
{
  app.name = "base";
  network.peers = [ "base:1" ];
}
