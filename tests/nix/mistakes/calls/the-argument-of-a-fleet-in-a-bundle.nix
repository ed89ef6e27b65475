{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ({ node, ... }: { app.name = node.name; }) ];
  confgate = confgate;
}
