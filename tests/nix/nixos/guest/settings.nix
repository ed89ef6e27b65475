# The settings of the node in the virtual machine of tests/guest, by generation.
let
  node =
    { secret, ... }:
    {
      network.max_connections = 100;
      monitoring.metrics_port = 9090;
      monitoring.alert_webhook = secret "ALERT_WEBHOOK";
    };
  with' = more: {
    imports = [
      node
      more
    ];
  };
in
{
  first = node;
  live-field = with' ({ lib, ... }: { network.max_connections = lib.mkForce 200; });
  restart-field = with' ({ lib, ... }: { monitoring.metrics_port = lib.mkForce 9091; });
  # A rule between fields that Nix does not check.
  rejected = with' { network.bootstrap_nodes = [ "seed.example.net:8333" ]; };
}
