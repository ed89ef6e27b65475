{
  imports = [ ./base.nix ];
  network.peers = [ "importing:1" ];
}
