{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ({ pkgs, ... }: { app.data_dir = "${pkgs.hello}"; }) ];
  confgate = confgate;
}
