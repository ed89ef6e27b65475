{
  network.stun_servers."stun.example.net:3478" = true;
}
