# The options of all relays and controllers, and the configuration of a machine with them.
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
    mkIf
    mkMerge
    mkOption
    nameValuePair
    optionalAttrs
    types
    ;
  inherit (import ../oldest-lib.nix) requireLib;

  enabled = filterAttrs (_: unit: unit.enable);
  relays = enabled config.services.confgate.relays;
  rollouts = enabled config.services.confgate.rollouts;
  units = function: mapAttrs' (name: unit: nameValuePair unit.unitName (function name unit));
  assertions = import ./assertions.nix { inherit lib; };
  listen = import ../listen.nix { inherit lib; };

  attrsOfUnits =
    module:
    types.attrsOf (
      types.submoduleWith {
        shorthandOnlyDefinesConfig = true;
        modules = [ module ];
        specialArgs = { inherit pkgs; };
      }
    );
in
{
  options.services.confgate.relays = requireLib lib "services.confgate.relays" (mkOption {
    type = attrsOfUnits ./relay.nix;
    default = { };
    example = literalExpression ''
      {
        bitcraps = {
          region = "eu";
          from.endpoints = [ "https://authority.example.org:2379" ];
          from.caFile = ./ca.pem;
          to.endpoints = [ "http://127.0.0.1:2379" ];
          trustedPublicKeys = [ "config.example.org-1:…" ];
        };
      }
    '';
    description = ''
      Relays, by name. Each brings the releases of one service from the etcd of the authority to that of a region, verified
      and gated, and the reports of the region's nodes back.
    '';
  });

  options.services.confgate.rollouts = requireLib lib "services.confgate.rollouts" (mkOption {
    type = attrsOfUnits ./rollout.nix;
    default = { };
    example = literalExpression ''
      {
        bitcraps.to.endpoints = [ "http://127.0.0.1:2379" ];
      }
    '';
    description = ''
      Controllers of rollouts, by name. Each carries out the rollouts of one service that `confgate rollout start --detach`
      starts. With a controller on several machines, another one takes over when the machine of the first is down.
    '';
  });

  config = mkMerge [
    (mkIf (relays != { }) {
      assertions = concatLists (mapAttrsToList assertions.relay relays);
      systemd.services = units (import ./relay-unit.nix { inherit lib; }) relays;
      networking.firewall.allowedTCPPorts = concatLists (mapAttrsToList (_: listen.ports) relays);
    })
    (mkIf (rollouts != { }) {
      assertions = concatLists (mapAttrsToList assertions.rollout rollouts);
      systemd.services = units (import ./rollout-unit.nix { inherit lib; }) rollouts;
      networking.firewall.allowedTCPPorts = concatLists (mapAttrsToList (_: listen.ports) rollouts);
    })
    (optionalAttrs (options ? services.prometheus.scrapeConfigs) {
      services.prometheus.scrapeConfigs = concatLists (
        mapAttrsToList (name: listen.scrapeConfigs "confgate-relay-${name}") relays
        ++ mapAttrsToList (name: listen.scrapeConfigs "confgate-rollout-${name}") rollouts
      );
    })
  ];
}
