# The variants that the machine of the test switches to, by name.
let
  settings = settings: { services.bitcraps.settings = settings; };
in
{
  live-field =
    { lib, ... }:
    settings { network.max_connections = lib.mkForce 200; };

  restart-field = settings { network.listen_port = 8400; };

  # Not checked in the build, so that the gate on the machine rejects it.
  refused = {
    services.bitcraps = {
      checkConfig = false;
      settings.network.bootstrap_nodes = [ "seed.example.net:8333" ];
    };
  };
}
