{
  imports = [ ./table.nix ];
  game.min_bet = 500;
}
