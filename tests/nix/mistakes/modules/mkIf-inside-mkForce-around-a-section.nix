{ lib, ... }:
{
  game = lib.mkForce (
    lib.mkIf true {
      min_bet = 5;
      max_bet = 50;
    }
  );
}
