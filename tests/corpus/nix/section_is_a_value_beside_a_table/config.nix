{
  imports = [ ./base.nix ];
  game = 5;
}
