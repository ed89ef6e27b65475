{ confgate, gate }:
gate.mkFleet {
  tags.europe = [ ];
  nodes.ams1 = {
    environment = "prod";
    tags = [
      "europe"
      "europe"
    ];
  };
  confgate = confgate;
}
