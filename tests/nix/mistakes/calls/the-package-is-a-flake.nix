{ confgate, gate }:
gate.mkBundle {
  environment = "prod";
  modules = [ ];
  confgate = {
    _type = "flake";
    outPath = "/srv";
  };
}
