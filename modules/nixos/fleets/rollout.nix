# The options of services.confgate.rollouts.NAME.
{
  config,
  lib,
  name,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
in
{
  options =
    import ./common.nix {
      inherit lib name pkgs;
      kind = "rollout";
    }
    // {
      to = import ./endpoints.nix {
        inherit lib;
        store = "the authority, which releases are published to";
      };

      lease = mkOption {
        type = types.str;
        default = "15s";
        description = "The time after which another controller takes over from a dead one.";
      };

      credentials = mkOption {
        type = types.attrsOf types.externalPath;
        default = { };
        example = {
          prometheus-token = "/run/secrets/prometheus-token";
        };
        description = ''
          Files for the controller, such as tokens of Prometheus and Alertmanager. A rollout file names them as
          `/run/credentials/confgate-rollout-NAME.service/CREDENTIAL`.
        '';
      };
    }
    // (import ../listen.nix { inherit lib; }).options {
      option = "services.confgate.rollouts.${name}";
      inherit (config) listen unitName;
      kind = "rollout";
      unit = "controller";
      file = "controller";
      pages = "`/metrics` and `/health`";
      examplePort = 9467;
    };
}
