# The options of all agents, and the configuration of a machine with them.
{
  config,
  lib,
  options,
  pkgs,
  ...
}:
let
  inherit (lib)
    concatLists
    filterAttrs
    literalExpression
    mapAttrs'
    mapAttrsToList
    mergeAttrsList
    mkIf
    mkMerge
    mkOption
    nameValuePair
    optional
    optionalAttrs
    types
    ;
  inherit (import ../oldest-lib.nix) requireLib;

  agents = filterAttrs (_: agent: agent.enable) config.services.confgate.agents;
  each = function: mapAttrsToList (name: agent: function name agent) agents;
  filesOf = import ./files.nix { inherit lib; };
  listen = import ../listen.nix { inherit lib; };
in
{
  options.services.confgate.agents = requireLib lib "services.confgate.agents" (mkOption {
    type = types.attrsOf (
      types.submoduleWith {
        shorthandOnlyDefinesConfig = true;
        modules = [ ./options.nix ];
        specialArgs = { inherit pkgs; };
      }
    );
    default = { };
    example = literalExpression ''
      {
        relay = {
          schema = ./relay.schema.json;
          settings.port = 7000;
          output.group = "relay";
          notify.unit = "relay.service";
          listen.port = 9464;
        };
      }
    '';
    description = ''
      Agents, by name. Each loads the config of a service with all layers and secrets, keeps a file with the result
      current, and notifies the service after each change. A rejected config changes neither the file nor the service.
    '';
  });

  config = mkIf (agents != { }) (mkMerge [
    {
      assertions = concatLists (each (import ./assertions.nix { inherit lib; }));

      environment.etc = mergeAttrsList (each (name: agent: (filesOf name agent).files));

      systemd.services = mapAttrs' (
        name: agent: nameValuePair agent.unitName (import ./unit.nix { inherit lib; } name agent)
      ) agents;

      networking.firewall.allowedTCPPorts = concatLists (each (_: listen.ports));
    }

    # Fails the build of the machine for a rejected config.
    (optionalAttrs (options ? system.checks) {
      system.checks = concatLists (
        each (_: agent: optional (agent.bundle != null && agent.checkConfig) agent.bundle)
      );
    })

    (optionalAttrs (options ? services.prometheus.scrapeConfigs) {
      services.prometheus.scrapeConfigs = concatLists (
        each (name: listen.scrapeConfigs "confgate-${name}")
      );
    })
  ]);
}
