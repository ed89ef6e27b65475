{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ({ region, ... }: { app.name = region; }) ];
  confgate = confgate;
}
