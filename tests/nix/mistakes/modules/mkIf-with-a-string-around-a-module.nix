{ lib, ... }: lib.mkIf "yes" { game.min_bet = 5; }
