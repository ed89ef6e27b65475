{ lib, ... }:
{
  game = lib.mkDefinition {
    file = "other.nix";
    value.min_bet = 5;
  };
}
