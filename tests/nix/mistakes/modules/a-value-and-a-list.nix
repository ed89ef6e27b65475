{
  imports = [ { network.stun_servers = "stun.example.net:3478"; } ];
  network.stun_servers = [ ];
}
