{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ({ lib, ... }: { app.name = lib.generators.toJSON { } { eu = 1; }; }) ];
  root = ../.;
  confgate = confgate;
}
