{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ({ lib, ... }: { game = lib.mkIf (throw "my own message") { min_bet = 5; }; }) ];
  confgate = confgate;
}
