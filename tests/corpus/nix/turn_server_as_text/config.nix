{
  network.turn_servers = [ "hunter2" ];
}
