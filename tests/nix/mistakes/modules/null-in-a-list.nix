{
  network.stun_servers = [ null ];
}
