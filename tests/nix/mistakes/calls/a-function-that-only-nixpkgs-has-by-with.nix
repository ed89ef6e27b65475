{ confgate, gate }:
gate.mkFleet {
  common = [ ({ lib, ... }: with lib; { app.name = fix (self: "node"); }) ];
  nodes.ams1.environment = "prod";
  root = ../.;
  confgate = confgate;
}
