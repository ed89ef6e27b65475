{
  imports = [ ./limits.nix ];
  network.max_connections = 500;
}
