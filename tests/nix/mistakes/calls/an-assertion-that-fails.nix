{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ({ lib, ... }: { game = lib.mkAssert false "bets are off" { min_bet = 5; }; }) ];
  confgate = confgate;
}
