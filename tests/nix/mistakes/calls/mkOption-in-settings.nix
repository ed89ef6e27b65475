{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ({ lib, ... }: { app.name = lib.mkOption { }; }) ];
  confgate = confgate;
}
