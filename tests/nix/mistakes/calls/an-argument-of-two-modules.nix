{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [
    { _module.args.region = "eu"; }
    { _module.args.region = "us"; }
    ({ region, ... }: { app.name = region; })
  ];
  confgate = confgate;
}
