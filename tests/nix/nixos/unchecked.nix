# The bundle of a machine whose config is not checked when it is built, though the gate would refuse it.
let
  inherit (import ./machine.nix)
    bitcraps
    machine
    machineWithoutChecks
    pkgs
    ;
  inherit
    (machine [
      bitcraps
      {
        services.bitcraps = {
          enable = true;
          checkConfig = false;
          settings.network.listen_address = "localhost";
        };
      }
    ])
    config
    ;
  source = config.environment.etc."bitcraps/config.toml".source;
in
assert config.system.checks == [ ];
# And where NixOS has no such option, there is a service all the same.
assert
  (machineWithoutChecks [
    bitcraps
    { services.bitcraps.enable = true; }
  ]).config.systemd.services ? bitcraps;
(import ../../../modules { }).mkConfigs {
  name = "unchecked";
  bundles.node = dirOf source;
  inherit (pkgs) confgate;
}
