# The options of services.confgate.relays.NAME.
{
  config,
  lib,
  name,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  endpoints = store: import ./endpoints.nix { inherit lib store; };
in
{
  options =
    import ./common.nix {
      inherit lib name pkgs;
      kind = "relay";
    }
    // {
      from = endpoints "the authority, which releases are published to";
      to = endpoints "the region, which its nodes follow";

      region = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "eu";
        description = "Name of the region. Its overrides are forwarded, and the reports of its nodes alone.";
      };

      trustedPublicKeys = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "config.example.org-1:…" ];
        description = "Keys that sign bundles and overrides. One signature is enough.";
      };
    }
    // (import ../listen.nix { inherit lib; }).options {
      option = "services.confgate.relays.${name}";
      inherit (config) listen unitName;
      kind = "relay";
      pages = "`/metrics` and `/health`";
      examplePort = 9465;
    };
}
