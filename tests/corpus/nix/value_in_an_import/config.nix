{
  imports = [ ./shared/limits.nix ];
  network.listen_port = 8400;
}
