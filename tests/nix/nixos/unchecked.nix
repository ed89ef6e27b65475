# The bundle of a machine with an invalid config and without a check in the build.
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
# The service also exists if NixOS does not have `system.checks`.
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
