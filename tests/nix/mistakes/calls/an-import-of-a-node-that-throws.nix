{ confgate, gate }:
gate.mkFleet {
  common = [
    (
      { node, ... }:
      {
        imports = if node.name == "fra1" then throw "the imports are not known" else [ ];
      }
    )
  ];
  nodes = {
    ams1.environment = "prod";
    fra1.environment = "prod";
  };
  root = ../.;
  confgate = confgate;
}
