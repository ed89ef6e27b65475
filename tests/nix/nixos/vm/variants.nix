# What the machine of the test is switched to, by name.
let
  settings = settings: { services.bitcraps.settings = settings; };
in
{
  live-field =
    { lib, ... }:
    settings { network.max_connections = lib.mkForce 200; };

  restart-field = settings { network.listen_port = 8400; };

  # The gate would refuse to build it, so it is left to the gate on the machine.
  refused = {
    services.bitcraps = {
      checkConfig = false;
      settings.network.bootstrap_nodes = [ "seed.example.net:8333" ];
    };
  };
}
