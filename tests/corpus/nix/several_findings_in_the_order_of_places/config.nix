{
  imports = [ ./base.nix ];
  network.listen_port = 9090;
  security.pow_difficulty = 0;
  game.house_edge = 0.5;
}
