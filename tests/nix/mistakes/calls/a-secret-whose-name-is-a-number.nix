{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ({ secret, ... }: { database.url = secret 5; }) ];
  confgate = confgate;
}
