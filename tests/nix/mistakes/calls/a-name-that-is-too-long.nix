{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  name = builtins.concatStringsSep "-" (builtins.genList toString 80);
  root = ../.;
  confgate = confgate;
}
