# The configuration of each machine in machines/, by name, as far as NixOS reads it.
let
  inherit (import ./machine.nix)
    agents
    bitcraps
    fleets
    lib
    machine
    ;
  inherit (lib)
    catAttrs
    filter
    listToAttrs
    map
    removeSuffix
    ;

  summary =
    file:
    let
      inherit ((machine [
        agents
        bitcraps
        fleets
        file
      ]).config
      )
        assertions
        environment
        networking
        services
        system
        systemd
        users
        warnings
        ;
    in
    {
      refused = catAttrs "message" (filter (assertion: !assertion.assertion) assertions);
      warned = warnings;
      etc = builtins.mapAttrs (_: entry: entry.source) environment.etc;
      open_ports = networking.firewall.allowedTCPPorts;
      checks = catAttrs "outPath" system.checks;
      units = systemd.services;
      inherit (users) users groups;
    }
    // lib.optionalAttrs (systemd.tmpfiles.settings != { }) { folders = systemd.tmpfiles.settings; }
    // lib.optionalAttrs (services.prometheus.scrapeConfigs != [ ]) {
      scraped = services.prometheus.scrapeConfigs;
    };
in
listToAttrs (
  map (name: {
    name = removeSuffix ".nix" name;
    value = summary (./machines + "/${name}");
  }) (builtins.attrNames (builtins.readDir ./machines))
)
